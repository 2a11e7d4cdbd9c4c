"""The address of a source, and the links in its answers: never to another host."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from connector.errors import ConfigurationError
from connector.http.reach import Reach

_PORTS = {"http": 80, "https": 443}
_LOWEST_FREE_PORT = 1024  # below it live other services than web ones: mail, shells, directories
# What every reader of addresses takes for the same host: no backslash, no percent sign, no white space.
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[\w.-]+)(:[0-9]{0,5})?")


class Base:
    """Where a source lives: scheme, host, port and the path that all its resources are under.

    `without` names a query parameter that links lose: the login puts its key there again by itself.
    """

    def __init__(
        self, source: str, url: str | None, reach: Reach | None = None, *, without: str = "", key: str = "url"
    ) -> None:
        where = f"sources.{source}.{key}"
        if not url:
            raise ConfigurationError("this is needed to reach the system", where=where)
        try:
            parts = urlsplit(url.strip())
            port = _port(parts)
            (parts.hostname or "").encode("idna")  # no part of a name may be empty or too long
        except ValueError:
            parts, port = SplitResult("", "", "", "", ""), None
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ConfigurationError("this is not a web address", where=where, todo="Example: https://hr.example.com.")
        if parts.username or parts.password:
            raise ConfigurationError(
                "a login does not belong in the address", where=where, todo="Use user and password."
            )
        if parts.query or parts.fragment:
            raise ConfigurationError("the address must end before `?` and `#`", where=where)
        if not _NETLOC.fullmatch(parts.netloc):
            raise ConfigurationError("this is not a web address", where=where, todo="Example: https://hr.example.com.")
        _check_door(source, where, parts.scheme, port or 0, reach or Reach())
        self.host = parts.hostname
        self.netloc = parts.netloc
        self.path = parts.path.rstrip("/")
        self._scheme = parts.scheme
        self._port = port
        self._without = without

    def address(self, path: str) -> str:
        """The address of a path below the base."""
        return f"{self._scheme}://{self.netloc}{self.path}/{path.lstrip('/')}"

    def path_of(self, address: str) -> str:
        """The path of an address, without its query, for people."""
        return urlsplit(address).path or "/"

    def linked(self, address: str, link: str) -> str | None:
        """The address that a link in the answer of `address` leads to; None when it leaves the host.

        A system behind a proxy may write `http:` in its links although it is reached by `https:`; ours wins.
        """
        try:
            parts = urlsplit(urljoin(address, link))
            is_ours = parts.hostname == self.host and parts.scheme in _PORTS
            same_door = _port(parts) == self._port or (parts.port is None and self.is_encrypted)
        except ValueError:
            return None
        if not (is_ours and same_door):
            return None
        return urlunsplit((self._scheme, self.netloc, parts.path, self._kept(parts.query), ""))

    def _kept(self, query: str) -> str:
        pairs = parse_qsl(query, keep_blank_values=True)
        if not self._without or all(name != self._without for name, _ in pairs):
            return query
        return urlencode([(name, value) for name, value in pairs if name != self._without])

    @property
    def is_encrypted(self) -> bool:
        return self._scheme == "https"

    def wants_encryption(self, address: str, link: str) -> bool:
        """Does a redirect lead from our plain address to the same host, encrypted?"""
        try:
            parts = urlsplit(urljoin(address, link))
        except ValueError:
            return False
        return not self.is_encrypted and parts.scheme == "https" and parts.hostname == self.host


def _port(parts: SplitResult) -> int | None:
    return parts.port if parts.port is not None else _PORTS.get(parts.scheme)


def _check_door(source: str, where: str, scheme: str, port: int, reach: Reach) -> None:
    if scheme == "http" and not reach.allow_http:
        raise ConfigurationError(
            "the connection would not be encrypted",
            where=where,
            todo=f"Write https:, or set allow_http = true in [sources.{source}].",
        )
    if port == 0 or (port < _LOWEST_FREE_PORT and port not in _PORTS.values() and not reach.allow_private):
        raise ConfigurationError(
            f"a system on the internet does not answer at port {port}",
            where=where,
            todo=f"If it is inside your network, set allow_private = true in [sources.{source}].",
        )
