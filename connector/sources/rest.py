"""A source with a REST interface: JSON over GET (or POST that reads). rest_options.py says what a mapping may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.errors import AnswerError, IncompleteScanError
from connector.http.limits import Limits, Timing
from connector.http.login import login_of
from connector.http.masking import Mask
from connector.http.session import HttpSession, Target
from connector.sources.options import checked
from connector.sources.paging import Paging, paging_of
from connector.sources.parent_path import filled
from connector.sources.reader import Connection, Cursor, Page, Raw, ResourceRequest
from connector.sources.rest_options import ConnectionSchema, ReadSchema
from connector.sources.scan_guard import ScanGuard

_LINKS = ("next_link", "link_header")


class RestReader:
    """Reads one source for one run."""

    def __init__(self, connection: Connection, http: HttpSession) -> None:
        self._connection = connection
        self._http = http
        self._options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")

    def check(self) -> None:
        """Make the mapping's own test call, if it has one."""
        test = self._options["check"]
        if test:
            self._http.call("GET", self._http.base.address(test["path"]), params=_sendable(test["params"]))

    def close(self) -> None:
        self._http.close()

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on; AnswerError when a page has not the shape that the mapping says."""
        return _Scan(self._connection, self._http, request).pages(start)


@dataclass(frozen=True, slots=True)
class _Batch:
    rows: list[Raw]
    total: int | None
    link: str | None


class _Scan:
    """One pass over one resource."""

    def __init__(self, connection: Connection, http: HttpSession, request: ResourceRequest) -> None:
        self._source = connection.name
        self._name = request.name
        self._is_inner = request.parent is not None
        place = f"resources.{request.name}.read"
        self._options = checked(ReadSchema(), request.options, source=connection.name, place=place)
        self._http = http
        pagination = self._options["pagination"]
        self._paging: Paging = paging_of(pagination, connection.page_size)
        self._next = jmespath.compile(pagination["next"]) if pagination["next"] else None
        self._records = jmespath.compile(self._options["records"])
        self._total = jmespath.compile(self._options["total"]) if self._options["total"] else None
        path = filled(self._options["path"], request.parent, source=connection.name, resource=request.name)
        self._first = http.base.address(path)
        self._label = f"{http.base.path}/{self._options['path'].lstrip('/')}"

    def pages(self, start: Cursor | None) -> Iterator[Page]:
        guard = ScanGuard()
        cursor: Cursor | None = start or self._paging.start()
        while cursor is not None:
            read = cursor["read"]
            batch = self._batch(cursor)
            trouble = guard.trouble(cursor, batch.rows)
            if trouble:
                raise self._wrong(AnswerError, trouble, "Check its pagination in the mapping.")
            cursor = self._paging.next(cursor, len(batch.rows), batch.total, batch.link)
            # The engine counts a whole resource; what is read per parent it cannot count.
            if cursor is None and self._is_inner:
                self._count(read + len(batch.rows), batch.total)
            yield Page(batch.rows, cursor, batch.total)

    def _count(self, read: int, total: int | None) -> None:
        if total is not None and read != total:
            what = f"{read} records came, but the source says that it has {total}"
            raise self._wrong(IncompleteScanError, what, "Nothing was held to be missing. Run it again.")

    def _batch(self, cursor: Cursor) -> _Batch:
        address, params = self._first, {**self._options["params"], **self._paging.params(cursor)}
        if "link" in cursor:
            address, params = self._linked(self._first, cursor["link"]), {}
        method: str = self._options["method"]
        sent: dict[str, Any] = {"json": params} if method == "POST" else {"params": _sendable(params)}
        answer = self._http.call(method, address, label=self._label, **sent)
        link = self._link(address, answer.content, answer.next_link)
        return _Batch(self._rows(answer.content), self._declared(answer.content), link)

    def _rows(self, content: Any) -> list[Raw]:
        rows = self._search(self._records, content)
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            what = f"the answer has no list of records at `{self._options['records']}`"
            raise self._wrong(AnswerError, what, "Check url, and whether that release answers as the mapping says.")
        return rows

    def _declared(self, content: Any) -> int | None:
        if self._total is None:
            return None
        found = self._search(self._total, content)
        if isinstance(found, str) and found.isascii() and found.isdigit():
            found = int(found[:18])
        if not isinstance(found, int) or isinstance(found, bool) or found < 0:
            what = f"the answer does not say how many records there are at `{self._options['total']}`"
            raise self._wrong(AnswerError, what, "Check url, and whether that release answers as the mapping says.")
        return found

    def _link(self, address: str, content: Any, header: str | None) -> str | None:
        if self._paging.kind not in _LINKS:
            return None
        found = header if self._next is None else self._search(self._next, content)
        return self._linked(address, found) if found not in (None, False, "") else None

    def _linked(self, address: str, link: Any) -> str:
        found = self._http.base.linked(address, link) if isinstance(link, str) else None
        if found is None:
            raise self._wrong(AnswerError, "the next page would be on another host", "Check url of the source.")
        return found

    def _search(self, expression: Any, content: Any) -> Any:
        try:
            return expression.search(content)
        except JMESPathError:
            return None

    def _wrong(self, kind: type[AnswerError | IncompleteScanError], what: str, todo: str) -> Exception:
        tried = f"{self._options['method']} {self._label} for {self._name}"
        return kind(what, where=self._source, tried=tried, todo=todo)


def open_rest(connection: Connection, limits: Limits | None = None, timing: Timing | None = None) -> RestReader:
    """A reader with a session of its own, logged in as the mapping and the source's settings say."""
    options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")
    login = login_of(
        options["auth"],
        source=connection.name,
        user=connection.user,
        password=connection.password,
        header=options["header"],
    )
    mask = Mask(connection.user, connection.password)
    target = Target(connection.name, _url(connection.url, options["base_path"]), login, options["headers"], mask)
    return RestReader(connection, HttpSession(target, limits, timing))


def _url(url: str | None, base_path: str) -> str | None:
    base = base_path.strip("/")
    if not url or not base or url.rstrip("/").endswith(f"/{base}"):
        return url
    return f"{url.rstrip('/')}/{base}"


def _sendable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Yes and no as the web writes them."""
    return {name: str(value).lower() if isinstance(value, bool) else value for name, value in params.items()}
