"""The HR system of the benchmarks: a process of its own that sends pages rendered beforehand.

    GET  /units | /jobs | /employees ?page=1&limit=500[&updated_since=ISO]    {"data": […], "total": n, "pages": n}
    POST /change?share=0.01                                                  changes that share of the employees

It reads what it needs of a request and sends one buffer, so that its own cost stays next to nothing.
"""

from __future__ import annotations

import json
import socket
import socketserver
import sys
from bisect import bisect_left
from datetime import datetime
from urllib.parse import parse_qs, urlsplit

from tests.bench import people

_PAGE = 500


class Resource:
    """The rows of one resource as bytes, in the order of their stamps; whole pages are rendered once."""

    def __init__(self, rows: list[people.Row]) -> None:
        self._bodies = [_bytes(row) for row in rows]
        self._stamps = [row["updated_at"] for row in rows]
        self._order = sorted(range(len(rows)), key=self._stamps.__getitem__)
        self._pages: dict[tuple[int, int], bytes] = {}
        for number in range(1, len(rows) // _PAGE + 2):
            self.page(number, _PAGE, None)

    def page(self, number: int, size: int, since: str | None) -> bytes:
        if since is not None:
            return _answer([self._bodies[index] for index in self._since(since)], number, size)
        found = self._pages.get((number, size))
        if found is None:
            found = self._pages[number, size] = _answer(self._bodies, number, size)
        return found

    def change(self, share: float) -> int:
        """Change every n-th row; its stamp becomes newer than all others."""
        step = max(1, round(1 / share))
        newest = max(self._stamps)
        first = round((datetime.fromisoformat(newest) - people.FIRST_STAMP).total_seconds() / 3000) + 1
        indexes = range(0, len(self._bodies), step)
        for at, index in enumerate(indexes, start=first):
            row = people.changed(json.loads(self._bodies[index]), people.stamp(at))
            self._bodies[index], self._stamps[index] = _bytes(row), row["updated_at"]
        self._order.sort(key=self._stamps.__getitem__)
        sizes = set(self._pages)
        self._pages.clear()
        for number, size in sizes:
            self.page(number, size, None)
        return len(indexes)

    def _since(self, since: str) -> list[int]:
        moment = datetime.fromisoformat(since).astimezone(people.FIRST_STAMP.tzinfo).isoformat()
        return self._order[bisect_left(self._order, moment, key=self._stamps.__getitem__) :]


def _bytes(row: people.Row) -> bytes:
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode()


def _answer(bodies: list[bytes], number: int, size: int) -> bytes:
    rows = b",".join(bodies[(number - 1) * size : number * size])
    pages = -(-len(bodies) // size)
    body = b'{"data":[%b],"total":%d,"pages":%d}' % (rows, len(bodies), pages)
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class _Handler(socketserver.StreamRequestHandler):
    server: Server

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while line := self.rfile.readline():
            while self.rfile.readline() not in (b"\r\n", b""):
                pass
            self.request.sendall(self._answer(line.split()[1].decode()))

    def _answer(self, target: str) -> bytes:
        address = urlsplit(target)
        asked = {name: values[0] for name, values in parse_qs(address.query).items()}
        if address.path == "/change":
            changed = self.server.resources["employees"].change(float(asked["share"]))
            return _answer([b"%d" % changed], 1, 1)
        resource = self.server.resources[address.path.lstrip("/")]
        return resource.page(int(asked.get("page", 1)), int(asked.get("limit", _PAGE)), asked.get("updated_since"))


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, count: int) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.resources = {
            "units": Resource(people.units()),
            "jobs": Resource(people.jobs()),
            "employees": Resource(list(people.employees(count))),
        }

    def handle_error(self, *_: object) -> None:
        """A caller that died is no news."""


if __name__ == "__main__":
    server = Server(int(sys.argv[1]))
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()
