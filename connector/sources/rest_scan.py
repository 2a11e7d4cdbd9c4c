"""One pass over one REST resource."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from connector.errors import AnswerError, IncompleteScanError, PopError, ResourceRefusedError
from connector.http.session import HttpSession
from connector.sources.odata_metadata import parse_metadata
from connector.sources.options import checked
from connector.sources.paging import Batch, Paging, PagingTroubleError, paging_of
from connector.sources.parent_path import filled, filled_params
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest
from connector.sources.rest_answer import AnswerPaths, WrongShapeError
from connector.sources.rest_options import ReadSchema
from connector.sources.scan_guard import ScanGuard
from connector.sources.since import asked_since

_LINKS = ("next_link", "link_header", "odata")
_CURSORS = ("cursor", "scim")
_SHAPE = "Check url, and whether that release answers as the mapping says."
_HIDDEN = "Give its account the right to read it, in that system."


def read_options(connection: Connection, request: ResourceRequest) -> dict[str, Any]:
    """The `read` table of a resource, checked."""
    place = f"resources.{request.name}.read"
    return checked(ReadSchema(), request.options, source=connection.name, place=place)


class RestScan:
    """Reads the pages of one request; `options` is its checked `read` table."""

    def __init__(
        self, connection: Connection, http: HttpSession, request: ResourceRequest, options: Mapping[str, Any]
    ) -> None:
        self._source = connection.name
        self._name = request.name
        self._is_inner = request.parent is not None
        self._is_whole = request.since is None
        self._options = options
        self._http = http
        self._paging: Paging = paging_of(self._options["pagination"], connection.page_size)
        self._paths = AnswerPaths(self._options)
        path = filled(self._options["path"], request.parent, source=connection.name, resource=request.name)
        self._first = http.base.address(path)
        self._label = f"{http.base.path}/{self._options['path'].lstrip('/')}"
        asked = asked_since(self._options["params"], self._options["since"], request.since)
        self._params = filled_params(asked, request.parent, source=connection.name, resource=request.name)

    def pages(self, start: Cursor | None) -> Iterator[Page]:
        guard = ScanGuard()
        cursor: Cursor | None = start or self._paging.start()
        while cursor is not None:
            here, batch = cursor, self._batch(cursor)
            trouble = guard.trouble(here, batch.rows)
            if trouble:
                raise self._wrong(AnswerError, trouble, "Check its pagination in the mapping.")
            batch, cursor = self._turned(here, batch)
            if cursor is None:
                self._conclude(here["read"] + len(batch.rows), batch.total)
            yield Page(batch.rows, cursor, batch.total)

    def probe(self) -> None:
        """Ask for the first page with one record. A page size that is too small for the source is its own affair."""
        cursor = self._paging.start()
        batch = self._batch({**cursor, "size": 1} if "size" in self._paging.names else cursor)
        if not batch.rows and not batch.following:
            self._refuse_empty()

    def _turned(self, cursor: Cursor, batch: Batch) -> tuple[Batch, Cursor | None]:
        try:
            fresh = self._paging.fresh(cursor, batch)
            return fresh, self._paging.next(cursor, fresh)
        except PagingTroubleError as trouble:
            if trouble.has_moved:
                todo = "Nothing was held to be missing. Run it again."
                raise self._wrong(IncompleteScanError, trouble.what, todo) from None
            raise self._wrong(AnswerError, trouble.what, "Check its pagination in the mapping.") from None

    def _conclude(self, read: int, total: int | None) -> None:
        if read == 0 and self._is_whole:
            self._refuse_empty()
        # The engine counts a whole resource; what is read per parent it cannot count.
        if self._is_inner and total is not None and read != total:
            what = f"{read} records came, but the source says that it has {total}"
            raise self._wrong(IncompleteScanError, what, "Nothing was held to be missing. Run it again.")

    def _refuse_empty(self) -> None:
        if not self._options["may_be_empty"]:
            raise self._wrong(ResourceRefusedError, "nothing came, where there always is something", _HIDDEN)

    def _batch(self, cursor: Cursor) -> Batch:
        address, params = self._first, {**self._params, **self._paging.params(cursor)}
        method: str = self._options["method"]
        if "link" in cursor:
            # A link holds all parameters of its page; for POST they stand in the body, which it cannot hold.
            address, params = self._linked(self._first, cursor["link"]), self._params if method != "GET" else {}
        form = _FORMS[self._options["format"]]
        answer = self._http.call(_VERBS[method], address, label=self._label, **_body(method, params), **form)
        try:
            rows, total = self._paths.records(answer.content), self._paths.total(answer.content)
        except WrongShapeError as wrong:
            raise self._wrong(AnswerError, wrong.what, _SHAPE) from None
        return Batch(rows, total, self._following(address, answer.content, answer.next_link))

    def _following(self, address: str, content: Any, header: str | None) -> str | int | None:
        kind = self._paging.kind
        if kind not in _LINKS + _CURSORS:
            return None
        found = header if self._paths.reads_header else self._paths.following(content)
        if found is None:
            return None
        if kind in _LINKS:
            return self._linked(address, found)
        if not isinstance(found, str | int):
            raise self._wrong(AnswerError, "the cursor of the next page is not a text or a number", _SHAPE)
        return found

    def _linked(self, address: str, link: Any) -> str:
        found = self._http.base.linked(address, link) if isinstance(link, str) else None
        if found is None:
            raise self._wrong(AnswerError, "the next page would be on another host", "Check url of the source.")
        return found

    def _wrong(self, kind: type[PopError], what: str, todo: str) -> PopError:
        tried = f"{_VERBS[self._options['method']]} {self._label} for {self._name}"
        return kind(what, where=self._source, tried=tried, todo=todo)


_FORMS: dict[str, dict[str, Any]] = {
    "json": {},
    "edmx": {"parse": parse_metadata, "headers": {"Accept": "application/xml"}},
}
_VERBS = {"GET": "GET", "POST": "POST", "FORM": "POST"}


def _body(method: str, params: Mapping[str, Any]) -> dict[str, Any]:
    if method == "POST":
        return {"json": params}
    return {"form" if method == "FORM" else "params": sendable(params)}


def sendable(params: Mapping[str, Any]) -> dict[str, Any]:
    """Yes and no as the web writes them; a list is the same parameter several times."""
    return {
        name: [_sent(one) for one in value] if isinstance(value, list) else _sent(value)
        for name, value in params.items()
    }


def _sent(value: Any) -> Any:
    return str(value).lower() if isinstance(value, bool) else value
