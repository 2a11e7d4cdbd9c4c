"""A list of changed keys, read from a host on a real socket: what it tells, and what has gone in between."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from connector.errors import CredentialsError, NothingThereError
from connector.mapping_files import MappingFile
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Raw
from connector.sync.changed_keys import DELETED
from connector.sync.fetch import Fetcher
from connector.sync.mapping import read_mapping

SINCE = "2026-11-20T00:00:00+00:00"


class Host:
    """`lines` of changes in pages of two; of `people` each is at an address of its own, or `status` is there."""

    def __init__(self) -> None:
        self.lines: list[dict[str, Any]] = []
        self.people: dict[str, dict[str, Any]] = {}
        self.status = 404

    def answer(self, path: str) -> tuple[int, Any]:
        name, _, query = path.removeprefix("/").partition("?")
        if name == "changes":
            page = int(dict(part.split("=") for part in query.split("&"))["page"])
            return 200, self.lines[2 * page - 2 : 2 * page]
        found = self.people.get(name)
        return (200, found) if found else (self.status, {"message": "no"})


def _mapping(deleted: str) -> Any:
    changed: dict[str, Any] = {
        "read": {
            "path": "changes",
            "pagination": {"kind": "page", "default_size": 2},
            "since": {"params": {"after": "{since}"}},
        },
        "key": "id",
        "one": {"path": "{parent.id}", "records": "[@]"},
    }
    if deleted:
        changed["deleted"] = {"path": deleted}
    people = {"key": "id", "read": {"path": "people"}, "delta": {"changed": changed}}
    content = {"title": "T", "kind": "hr", "protocol": "rest", "grade": "paper", "resources": {"people": people}}
    return read_mapping(MappingFile("hr", "t", Path("t.toml"), content, "digest"))


@pytest.fixture
def host() -> Host:
    return Host()


@pytest.fixture
def url(host: Host) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, value = host.answer(self.path)
            body = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join()


def _changes(url: str, deleted: str = "") -> list[list[Raw]]:
    mapping = _mapping(deleted)
    connection = Connection("hr", mapping.connection, url, allow_http=True, allow_private=True)
    reader = open_reader("rest", connection)
    try:
        pages = Fetcher(mapping, reader, date(2026, 11, 22)).pages(mapping.resources[0], None, SINCE)
        return [page.records for page in pages]
    finally:
        reader.close()


@pytest.mark.parametrize("status", [404, 410])
def test_a_record_that_is_no_longer_at_its_address_has_gone(host: Host, url: str, status: int) -> None:
    host.lines, host.people, host.status = [{"id": 1}, {"id": 2}], {"2": {"id": 2, "name": "Bo"}}, status
    assert _changes(url)[0] == [{"id": 2, "name": "Bo"}, {DELETED: "1"}]


def test_it_has_gone_too_when_only_a_later_page_shows_that_the_address_is_right(host: Host, url: str) -> None:
    host.lines, host.people = [{"id": number} for number in (1, 2, 3)], {"3": {"id": 3}}
    assert _changes(url)[:2] == [[], [{"id": 3}, {DELETED: "1"}, {DELETED: "2"}]]


def test_nobody_has_gone_where_nobody_is_at_the_address(host: Host, url: str) -> None:
    host.lines = [{"id": number} for number in (1, 2, 3)]
    with pytest.raises(NothingThereError, match=r"none of the 3 changed records is at its address .*sync hr --full"):
        _changes(url)


def test_what_is_refused_has_not_gone(host: Host, url: str) -> None:
    host.lines, host.people, host.status = [{"id": 2}, {"id": 1}], {"2": {"id": 2}}, 401
    with pytest.raises(CredentialsError):
        _changes(url)


def test_a_line_with_anything_at_the_path_of_deleted_means_that_the_record_has_gone(host: Host, url: str) -> None:
    host.lines, host.people = [{"id": 1, "gone_on": "2026-11-21"}, {"id": 2, "gone_on": ""}], {"2": {"id": 2}}
    assert _changes(url, "gone_on")[0] == [{DELETED: "1"}, {"id": 2}]
