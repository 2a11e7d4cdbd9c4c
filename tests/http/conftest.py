"""A session that does not wait, and a host that says exactly the bytes a test wants."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
import responses

from connector.http.limits import Limits, Timing
from connector.http.login import Login
from connector.http.masking import Mask
from connector.http.reach import Reach
from connector.http.session import HttpSession, Target
from connector.http.told_error import ToldError

SOURCE = "bron"
URL = "https://hr.example/api"
ANYWHERE = Reach(allow_http=True, allow_private=True, allow_redirects=True)


@dataclass
class Made:
    """A session and how long it would have waited."""

    http: HttpSession
    waits: list[float] = field(default_factory=list)

    def get(self, path: str = "people", **parts: Any) -> Any:
        return self.http.call("GET", self.http.base.address(path), **parts).content

    def post(self, path: str = "people", **parts: Any) -> Any:
        return self.http.call("POST", self.http.base.address(path), **parts).content


@pytest.fixture
def create_session() -> Iterator[Callable[..., Made]]:
    opened: list[HttpSession] = []

    def create(
        url: str = URL,
        login: Login | None = None,
        mask: Mask | None = None,
        reach: Reach = ANYWHERE,
        told: ToldError | None = None,
        **limits: Any,
    ) -> Made:
        waits: list[float] = []
        target = Target(SOURCE, url, login or Login(), mask=mask or Mask(None), reach=reach, told=told)
        timing = Timing(sleep=waits.append, chance=lambda: 1.0)
        http = HttpSession(target, replace(Limits(), **limits), timing)
        opened.append(http)
        return Made(http, waits)

    yield create
    for http in opened:
        http.close()


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock() as mock:
        yield mock


Script = Callable[[socket.socket], None]


class RawHost:
    """Listens on loopback; after each request it hands the connection to the script, then closes it."""

    def __init__(self, script: Script) -> None:
        self._script = script
        self.requests: list[bytes] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with connection:
            head = b""
            while b"\r\n\r\n" not in head:
                part = connection.recv(65536)
                if not part:
                    return
                head += part
            self.requests.append(head)
            try:
                self._script(connection)
            except OSError:
                return  # the caller hung up, as it should

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


@pytest.fixture
def raw_host() -> Iterator[Callable[[Script], RawHost]]:
    hosts: list[RawHost] = []

    def create(script: Script) -> RawHost:
        hosts.append(RawHost(script))
        return hosts[-1]

    yield create
    for host in hosts:
        host.close()
