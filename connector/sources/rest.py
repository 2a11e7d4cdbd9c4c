"""A source with a REST interface: JSON over GET (or POST that reads). rest_options.py says what a mapping may set."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.errors import ResourceRefusedError
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.http.session import HttpSession
from connector.sources.options import checked
from connector.sources.parent_path import needs_parent
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest
from connector.sources.rest_options import ConnectionSchema
from connector.sources.rest_scan import RestScan, read_options, sendable


class RestReader:
    """Reads one source for one run."""

    def __init__(self, connection: Connection, http: HttpSession) -> None:
        self._connection = connection
        self._http = http
        self._options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")
        self._read: dict[int, tuple[Mapping[str, Any], dict[str, Any]]] = {}  # tables as in the file, and checked
        self._can_ask: dict[str, bool] = {}  # by the path of the call that told so

    @property
    def concurrency(self) -> int:
        """As `[limits]` of the mapping says."""
        return self._http.concurrency

    def check(self) -> None:
        """Make the mapping's own test call, if it has one."""
        test = self._options["check"]
        if test:
            self._get(test)

    def close(self) -> None:
        self._http.close()

    def probe(self, request: ResourceRequest) -> None:
        """The mapping's own probe, or the first page with one record; nothing for what needs a parent and has none."""
        options = self._options_of(request)
        probe = options["probe"]
        if probe:
            self._ask(probe, request)
        elif request.parent is not None or not needs_parent(options["path"], options["params"]):
            RestScan(self._connection, self._http, request, options).probe()

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on; AnswerError when a page has not the shape that the mapping says."""
        if request.since is not None and not self._supports_since(request):
            request = replace(request, since=None)
        return RestScan(self._connection, self._http, request, self._options_of(request)).pages(start)

    def _options_of(self, request: ResourceRequest) -> dict[str, Any]:
        """The `read` table, checked once: what is read per person asks for it as often as there are people."""
        asked = request.options
        if id(asked) not in self._read:
            self._read[id(asked)] = (asked, read_options(self._connection, request))
        return self._read[id(asked)][1]

    def _supports_since(self, request: ResourceRequest) -> bool:
        since = self._options_of(request)["since"]
        told = since and since["supported"]
        if not told:
            return True
        if told["path"] not in self._can_ask:
            self._can_ask[told["path"]] = _holds(told["holds"], self._get(told))
        return self._can_ask[told["path"]]

    def _get(self, call: Mapping[str, Any]) -> Any:
        address = self._http.base.address(call["path"])
        return self._http.call("GET", address, params=sendable(call["params"])).content

    def _ask(self, probe: Mapping[str, Any], request: ResourceRequest) -> None:
        content = self._get(probe)
        if probe["holds"] and not _holds(probe["holds"], content):
            address = self._http.base.address(probe["path"])
            raise ResourceRefusedError(
                "this login may not read this",
                where=self._connection.name,
                tried=f"GET {self._http.base.path_of(address)} for {request.name}",
                todo="Give its account the right to read it, in that system.",
            )


def open_rest(connection: Connection, limits: Limits | None = None, timing: Timing | None = None) -> RestReader:
    """A reader with a session of its own, logged in as the mapping and the source's settings say."""
    options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")
    return RestReader(connection, open_session(connection, options, limits=limits, timing=timing))


def _holds(path: str, content: Any) -> bool:
    try:
        return bool(jmespath.search(path, content))
    except JMESPathError:
        return False
