"""Which internet addresses belong to the public net, which to somebody's own, and which to no HR system at all."""

from __future__ import annotations

import enum
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

_Address = IPv4Address | IPv6Address


class Kind(enum.Enum):
    """`NEVER`: this machine's cloud, a whole group of hosts, or a form that hides another address."""

    PUBLIC = "public"
    OWN = "own"
    NEVER = "never"


_OWN = [
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "100.64.0.0/10",  # RFC 6598: between a provider and its customers
        "::1/128",
        "fc00::/7",
    )
]
# Where clouds tell a machine its own secrets, as far as these are not link-local or unassigned anyway.
_METADATA = [
    ip_network(text) for text in ("168.63.129.16/32", "100.100.100.200/32", "fd00:ec2::/32", "fd20:ce::254/128")
]
# RFC 7526: the way into 6to4; RFC 6890: protocols, not hosts, and where one cloud keeps its metadata.
_NO_HOSTS = [ip_network(text) for text in ("192.88.99.0/24", "192.0.0.0/24")]
_UNICAST = ip_network("2000::/3")
_NAT64 = ip_network("64:ff9b::/96")  # RFC 6052: the last four bytes are an IPv4 address
_HIDING = [ip_network(text) for text in ("2002::/16", "2001::/32")]  # 6to4 (RFC 3056) and Teredo (RFC 4380)
_ISATAP = (0x00005EFE, 0x02005EFE)  # RFC 5214: then four bytes of IPv4


def kind_of(address: str) -> Kind:
    """What an address (as text, without a port) is; what cannot be read is NEVER."""
    try:
        found = _plain(ip_address(address.partition("%")[0]))
    except ValueError:
        return Kind.NEVER
    if any(found in network for network in _METADATA if network.version == found.version):
        return Kind.NEVER
    if any(found in network for network in _OWN if network.version == found.version):
        return Kind.OWN
    return Kind.PUBLIC if _is_public(found) else Kind.NEVER


def _plain(address: _Address) -> _Address:
    """The IPv4 address that an IPv6 one stands for on the wire, or the address itself."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped:
            return address.ipv4_mapped
        if address in _NAT64:
            return IPv4Address(int(address) & 0xFFFFFFFF)
    return address


def _is_public(address: _Address) -> bool:
    if not address.is_global or address.is_multicast or address.is_reserved:
        return False
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _NO_HOSTS)
    hides = any(address in network for network in _HIDING) or (int(address) >> 32 & 0xFFFFFFFF) in _ISATAP
    return address in _UNICAST and not hides
