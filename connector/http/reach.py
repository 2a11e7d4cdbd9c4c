"""Where a connection may go: names are looked up once, every address is judged, and only a judged one is called.

A name that is looked up again for the connection itself may give another address by then (DNS rebinding).
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connector.http.public import Kind, kind_of

Place = tuple[int, Any]  # family and socket address
Resolver = Callable[[str, int], list[Place]]


def looked_up(host: str, port: int) -> list[Place]:
    """All addresses that this machine knows for a name; socket.gaierror when there is none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [(int(family), address) for family, _, _, _, address in found]


class AddressRefusedError(Exception):
    """A name leads to an address that may not be called. It never leaves this package."""

    def __init__(self, kind: Kind) -> None:
        super().__init__(kind.value)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Reach:
    """What the operator allows for one source. Nothing of it can be widened by a mapping, except following redirects
    on the same host."""

    allow_http: bool = False
    allow_private: bool = False
    allow_redirects: bool = False
    resolve: Resolver = looked_up

    def places(self, host: str, port: int) -> list[Place]:
        """The addresses of a host, all of them allowed; AddressRefusedError when even one is not."""
        found = self.resolve(host, port)
        for _, address in found:
            kind = kind_of(str(address[0]))
            if kind is Kind.NEVER or (kind is Kind.OWN and not self.allow_private):
                raise AddressRefusedError(kind)
        return found

    def connect(self, host: str, port: int, prepared: Callable[[socket.socket], None]) -> socket.socket:
        """A socket to the first of these addresses that answers; `prepared` sets its options and time-out."""
        trouble: OSError = OSError("this name has no address")
        for family, address in self.places(host, port):
            made = socket.socket(family, socket.SOCK_STREAM)
            try:
                prepared(made)
                made.connect(address)
            except OSError as error:
                made.close()
                trouble = error
            except BaseException:
                made.close()
                raise
            else:
                return made
        raise trouble
