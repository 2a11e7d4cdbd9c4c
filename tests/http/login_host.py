"""A system on loopback that wants a token or a session, gives them, and can take them back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from connector.http.auth_options import HttpConnectionSchema
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.http.session import HttpSession
from connector.sources.reader import Connection


@dataclass
class LoginHost:
    """`/token` and `/login` give what `grant` says; everything else is open to who brings `good`."""

    grant: Any = field(default_factory=dict)
    status: int = 200
    cookies: list[str] = field(default_factory=list)
    header: str = "Authorization"
    good: set[str] = field(default_factory=set)
    asked: list[tuple[str, dict[str, str], dict[str, Any]]] = field(default_factory=list)
    refused: int = 0
    url: str = ""

    def token(self, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        """What a call for a token gets; tests put their own in its place."""
        return self.status, self.grant

    @property
    def forms(self) -> list[dict[str, Any]]:
        return [body for path, _, body in self.asked if path in ("/token", "/login")]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    host: LoginHost

    def do_GET(self) -> None:
        good = self.headers.get(self.host.header, "") in self.host.good
        self.host.refused += not good
        self.host.asked.append((self.path, dict(self.headers), {}))
        self._send(200 if good else 401, [{"id": 1}])

    def do_POST(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        body = json.loads(text) if "json" in self.headers.get("Content-Type", "") else dict(parse_qsl(text))
        self.host.asked.append((urlsplit(self.path).path, dict(self.headers), body))
        self._send(*self.host.token(dict(self.headers), body), cookies=self.host.cookies)

    def _send(self, status: int, value: Any, cookies: list[str] | None = None) -> None:
        body = value.encode() if isinstance(value, str) else json.dumps(value).encode()
        self.send_response(status)
        for cookie in cookies or []:
            self.send_header("Set-Cookie", cookie)
        if status == 302:
            self.send_header("Location", "/home")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@contextmanager
def answering(host: LoginHost) -> Iterator[LoginHost]:
    """The host answers at `host.url` while the block runs."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"host": host}))
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    host.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield host
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@dataclass
class Clock:
    """Time that only goes on when somebody waits."""

    now: float = 1000.0
    waits: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds

    @property
    def timing(self) -> Timing:
        return Timing(monotonic=lambda: self.now, sleep=self.sleep, chance=lambda: 1.0)


def opened(host: LoginHost, auth: Any, clock: Clock | None = None, **account: Any) -> HttpSession:
    """A session with that host, as a mapping with this `auth` and an operator with these settings get it."""
    options = HttpConnectionSchema().load({"auth": auth})
    values = {"name": "bron", "url": host.url, "allow_http": True, "allow_private": True, **account}
    return open_session(Connection(**values), options, limits=Limits(tries=1), timing=clock.timing if clock else None)


def people(http: HttpSession) -> Any:
    return http.call("GET", http.base.address("people")).content
