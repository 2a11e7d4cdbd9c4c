"""The reader of one Odoo database, whichever of its two interfaces speaks: jsonrpc.py and json2.py add the calls."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

from connector.errors import PopError
from connector.http.session import HttpSession
from connector.sources.odoo_read import OdooScan, ReadSchema
from connector.sources.options import checked
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest


class OdooReader(ABC):
    """Reads one Odoo database for one run."""

    def __init__(self, connection: Connection, http: HttpSession) -> None:
        self._connection = connection
        self._http = http

    @property
    def concurrency(self) -> int:
        """As `[limits]` of the mapping says."""
        return self._http.concurrency

    def close(self) -> None:
        self._http.close()

    def probe(self, request: ResourceRequest) -> None:
        """Read one record."""
        self._scan(request).probe()

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on, as odoo_read.py says."""
        return self._scan(request).pages(start)

    def _scan(self, request: ResourceRequest) -> OdooScan:
        place = f"resources.{request.name}.read"
        options = checked(ReadSchema(), request.options, source=self._connection.name, place=place)
        return OdooScan(options, request.since, self._connection.page_size, self._ask, self._wrong)

    @abstractmethod
    def _ask(self, model: str, method: str, named: dict[str, Any]) -> Any:
        """What a method that reads gives, with its parameters by name."""

    @abstractmethod
    def _wrong(self, kind: type[PopError], what: str, tried: str, todo: str) -> PopError:
        """An error about a call; `tried` is the model or the method."""
