"""A host in front of a system, that answers as the system does until it is told to misbehave on the wire."""

from __future__ import annotations

import json
import socketserver
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from socket import socket
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from tests.faults.systems import Employer
from tests.replay.systems import Asked


@dataclass(frozen=True, slots=True)
class Reply:
    """What would go over the wire."""

    status: int
    body: bytes
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": "application/json"})

    @property
    def head(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} .", *(f"{name}: {value}" for name, value in self.headers.items())]
        return "\r\n".join([*lines, f"Content-Length: {len(self.body)}", "", ""]).encode()


Value = Callable[[Employer, Asked], tuple[int, Any]]  # another answer of the system
Wire = Callable[[socket, Reply], None]  # another way to send it


class Front(socketserver.ThreadingTCPServer):
    """`value` and `wire` misbehave where employees are asked for: `value` always, `wire` from the second page on."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self, employer: Employer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.employer = employer
        self.value: Value | None = None
        self.wire: Wire | None = None
        self.closing = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, connection: socket, asked: Asked) -> None:
        is_people = self.employer.is_people(asked)
        value = self.value if is_people else None
        status, content = value(self.employer, asked) if value else self.employer.system.answer(asked)
        reply = Reply(status, json.dumps(content).encode())
        if self.wire and is_people and self.employer.page_of(asked) >= 2:
            self.wire(connection, reply)
        else:
            connection.sendall(reply.head + reply.body)

    def handle_error(self, *_: object) -> None:
        """A caller that hung up is no news."""


class _Handler(socketserver.StreamRequestHandler):
    server: Front

    def handle(self) -> None:
        while line := self.rfile.readline():
            method, target, _ = line.decode().split()
            headers: dict[str, str] = {}
            while (header := self.rfile.readline().decode().strip()) != "":
                name, _, value = header.partition(":")
                headers[name.lower()] = value.strip()
            body = self.rfile.read(int(headers.get("content-length", 0)))
            address = urlsplit(target)
            asked = Asked(
                method=method,
                path=address.path.lstrip("/"),
                query=dict(parse_qsl(address.query)),
                token=headers.get("authorization", "").removeprefix("Bearer ") or None,
                body=json.loads(body) if body else None,
            )
            self.server.answer(self.request, asked)


@contextmanager
def front(employer: Employer) -> Iterator[Front]:
    """The host at work while the block runs."""
    server = Front(employer)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    try:
        yield server
    finally:
        server.closing.set()
        server.shutdown()
        server.server_close()
