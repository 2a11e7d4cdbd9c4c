"""A host of rows on a real socket: pages in every way that a mapping can name, as clamped, changed or broken as a
test wants."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

Asked = Mapping[str, str]
Row = dict[str, Any]


@dataclass
class Host:
    """`kind` is how it pages. `after` is called after each answer, so that rows may come and go while reading."""

    kind: str
    rows: list[Row]
    clamp: int = 7
    says: int | None = None  # another total than the rows it has
    empty: frozenset[int] = frozenset()  # calls, from 1, that answer no rows but go on
    doubled: int = 0  # the call that answers as the one before
    endless: bool = False
    after: Callable[[Host], None] | None = None
    calls: list[dict[str, str]] = field(default_factory=list)
    url: str = ""
    _last: tuple[dict[str, str], Any] = ({}, None)

    def answer(self, asked: Asked) -> tuple[dict[str, str], Any]:
        self.calls.append(dict(asked))
        if len(self.calls) == self.doubled:
            return self._last
        begin, size = self._place(asked)
        found = [] if len(self.calls) in self.empty else self._above(asked)[begin : begin + size]
        if self.endless:
            found = [{"id": 1_000_000 + len(self.calls)}]
        end = begin + len(found) if found else begin + (size if len(self.calls) in self.empty else 0)
        has_more = self.endless or end < len(self.rows)
        self._last = self._shaped(found, end, has_more)
        if self.after is not None:
            self.after(self)
        return self._last

    def _place(self, asked: Asked) -> tuple[int, int]:
        size = min(int(asked.get("size", asked.get("count", 100))), self.clamp)
        if self.kind == "page":
            return (int(asked["page"]) - 1) * size, size
        if self.kind == "scim":
            return int(asked["startIndex"]) - 1, size
        return int(asked.get("at", 0)), size

    def _above(self, asked: Asked) -> list[Row]:
        return sorted((row for row in self.rows if row["id"] > int(asked.get("above", 0))), key=lambda row: row["id"])

    def _shaped(self, found: list[Row], end: int, has_more: bool) -> tuple[dict[str, str], Any]:
        total = len(self.rows) if self.says is None else self.says
        link = f"{self.url}/people?{urlencode({'at': end})}" if has_more else None
        if self.kind == "link_header":
            return {"Link": f'<{link}>; rel="next"'} if link else {}, {"rows": found, "total": total}
        if self.kind == "odata2":
            return {}, {"d": {"results": found, **({"__next": link} if link else {}), "__count": str(total)}}
        if self.kind == "odata4":
            body = {"value": found, "@odata.count": total}
            return {}, {**body, **({"@odata.nextLink": link} if link else {})}
        if self.kind == "scim":
            return {}, {"totalResults": total, **({"Resources": found} if found else {})}
        if self.kind == "scim cursor":
            return {}, {"totalResults": total, "Resources": found, **({"nextCursor": f"{end}"} if has_more else {})}
        following = {"next_link": {"next": link}, "cursor": {"next": end if has_more else None}}
        return {}, {"rows": found, "total": total, **following.get(self.kind, {})}


def _handler(host: Host) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65_536  # headers and body in one packet

        def do_GET(self) -> None:
            asked = dict(parse_qsl(urlsplit(self.path).query))
            if "cursor" in asked:
                asked["at"] = asked["cursor"]
            headers, value = host.answer(asked)
            body = json.dumps(value).encode()
            self.send_response(200)
            for name, text in {**headers, "Content-Type": "application/json", "Content-Length": len(body)}.items():
                self.send_header(name, str(text))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def listening(host: Host) -> Iterator[str]:
    """The address of the host while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(host))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host.url
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
