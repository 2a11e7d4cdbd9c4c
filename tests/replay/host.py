"""A loopback HTTP host around a system."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, urlsplit

from tests.replay.systems import Asked, Failing, System


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: object) -> None:
        """A caller that hung up is no news."""


def make_server(system: System, port: int = 0) -> ThreadingHTTPServer:
    """A server on 127.0.0.1; port 0 takes a free one."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._reply()

        def do_POST(self) -> None:
            self._reply()

        def _reply(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            is_form = "form" in self.headers.get("Content-Type", "")
            asked = Asked(
                method=self.command,
                path=address.path.lstrip("/"),
                query=dict(parse_qsl(address.query)),
                token=self.headers.get("Authorization", "").removeprefix("Bearer ") or None,
                body=dict(parse_qsl(body.decode())) if is_form else json.loads(body) if body else None,
            )
            status, value = system.answer(asked)
            share = system.share if isinstance(system, Failing) else 1
            answer = json.dumps(value).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer[: int(len(answer) * share)])
            self.close_connection = share < 1

        def log_message(self, *_: object) -> None:
            """Says nothing: the caller's report is what counts."""

    return _Server(("127.0.0.1", port), Handler)


@contextmanager
def listening(system: System) -> Iterator[str]:
    """The address of a host that answers while the block runs."""
    server = make_server(system)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
