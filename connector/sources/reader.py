"""What the sync engine asks of any kind of system.

A `Reader` reads one source for one run. It knows the protocol (addresses, pagination, login), never the meaning of a
record. Records are what the system sent, as JSON values; nothing is converted here, so that the raw record can be
hashed and quarantined as it came.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeAlias

from connector.http.account import TokenKeeper

Raw: TypeAlias = dict[str, Any]
Cursor: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ResourceRequest:
    """Which resource to read. `options` is the `read` table of the mapping, as it stands in the file.

    For a resource that is read once per record of another one, `parent` is that record. `since` (an ISO moment with
    its zone) asks only for what changed at or after it; a reader whose source cannot be asked that reads everything.
    """

    name: str
    options: Mapping[str, Any]
    parent: Raw | None = None
    since: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some records, and where the next page starts (None: this was the last). `total` is the source's own count."""

    records: list[Raw]
    next: Cursor | None
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one source: the settings of the operator, and the `connection` and `limits` tables of the mapping.

    It is an `Account` of connector.http.account, which says what a `keeper` is.
    """

    name: str
    options: Mapping[str, Any] = field(default_factory=dict)
    url: str | None = None
    path: str | None = None
    database: str | None = None
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    page_size: int | None = None
    client_id: str | None = None
    client_secret: str | None = field(default=None, repr=False)
    token_url: str | None = None
    scope: str | None = None
    refresh_token: str | None = field(default=None, repr=False)
    company: str | None = None
    allow_http: bool = False
    allow_private: bool = False
    allow_redirects: bool = False
    calls_per_minute: int | None = None
    limits: Mapping[str, Any] = field(default_factory=dict)
    keeper: TokenKeeper | None = field(default=None, repr=False, compare=False)
    host_key: str | None = None  # of an SFTP server: SHA256:…
    private_key_file: str | None = None  # our own key for it


class Reader(Protocol):
    """One source, opened. All methods raise the errors of connector.errors with the source's name in `where`.

    `pages` and `probe` may be called from several threads at once, each with an iterator of its own.
    """

    @property
    def concurrency(self) -> int:
        """How many resources or parents may be read at once; 1 is one after the other."""

    def check(self) -> None:
        """Log in or look; raise CredentialsError, SourceUnavailableError or ConfigurationError."""

    def probe(self, request: ResourceRequest) -> None:
        """Make the smallest call for a resource; ResourceRefusedError when it may not be read."""

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on. ResourceRefusedError when the login may not read it: unavailable is not empty."""

    def close(self) -> None:
        """Let go of connections and files."""
