"""The bad behaviours of an HR system's side, each as another answer (`value`), another way to send it (`wire`), or
another address (`elsewhere`)."""

from __future__ import annotations

import gzip
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import Any

from tests.faults.front import Reply, Value, Wire
from tests.faults.systems import Employer
from tests.replay.systems import Asked

_BOMB = gzip.compress(bytes(40_000_000), 9)
_PAGE_HTML = b"<!doctype html><title>Sign in</title><p>Your session has ended."


@dataclass(frozen=True, slots=True)
class Behaviour:
    """`needs_total`: only a system that says how many there are can behave so."""

    name: str
    value: Value | None = None
    wire: Wire | None = None
    elsewhere: AbstractContextManager[str] | None = None
    needs_total: bool = False


def behaviours() -> Iterator[Behaviour]:
    """Each one once."""
    yield Behaviour("429 with Retry-After", wire=_status(429, {"Retry-After": "3600"}))
    yield Behaviour("429 without Retry-After", wire=_status(429, {}))
    for status in (500, 502, 503):
        yield Behaviour(str(status), wire=_status(status, {}))
    yield Behaviour("connect time-out", elsewhere=_nobody_accepts())
    yield Behaviour("read time-out", wire=_silent)
    yield Behaviour("reset mid-body", wire=_reset)
    yield Behaviour("truncated JSON", wire=_truncated)
    yield Behaviour("wrong Content-Type", wire=_login_page)
    yield Behaviour("gzip bomb", wire=_gzip_bomb)
    yield Behaviour("slow-loris", wire=_slow)
    yield Behaviour("endless pagination", value=_endless)
    yield Behaviour("page twice", value=_page_twice)
    yield Behaviour("page missing", value=_page_missing)
    yield Behaviour("changed total", value=_changed_total, needs_total=True)
    yield Behaviour("empty 200", value=_empty)


def _status(status: int, headers: dict[str, str]) -> Wire:
    def send(connection: socket.socket, _: Reply) -> None:
        reply = Reply(status, b"{}", {"Content-Type": "application/json", **headers})
        connection.sendall(reply.head + reply.body)

    return send


@contextmanager
def _nobody_accepts() -> Iterator[str]:
    """A port whose queue is full: the next one who knocks hears nothing."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(listener.getsockname())
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            for one in waiting:
                one.close()


def _silent(_: socket.socket, __: Reply) -> None:
    time.sleep(3)


def _reset(connection: socket.socket, reply: Reply) -> None:
    connection.sendall(reply.head + reply.body[: len(reply.body) // 2])
    time.sleep(0.05)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


def _truncated(connection: socket.socket, reply: Reply) -> None:
    half = Reply(200, reply.body[: len(reply.body) // 2])
    connection.sendall(half.head + half.body)


def _login_page(connection: socket.socket, _: Reply) -> None:
    page = Reply(200, _PAGE_HTML, {"Content-Type": "text/html"})
    connection.sendall(page.head + page.body)


def _gzip_bomb(connection: socket.socket, _: Reply) -> None:
    bomb = Reply(200, _BOMB, {"Content-Type": "application/json", "Content-Encoding": "gzip"})
    connection.sendall(bomb.head + bomb.body)


def _slow(connection: socket.socket, reply: Reply) -> None:
    """Never long silent, never done."""
    connection.sendall(reply.head)
    for byte in reply.body[:100]:
        connection.sendall(bytes([byte]))
        time.sleep(0.1)


def _endless(employer: Employer, asked: Asked) -> tuple[int, Any]:
    """The second page again and again, and always more to come."""
    page = min(employer.page_of(asked), 2)
    status, answer = employer.system.answer(employer.with_page(asked, page))
    if employer.add_to_total:
        employer.add_to_total(answer, 1_000_000)
    return status, answer


def _page_twice(employer: Employer, asked: Asked) -> tuple[int, Any]:
    """The second page stands in the place of the third, which nobody gets to see."""
    return employer.system.answer(employer.with_page(asked, 2) if employer.page_of(asked) == 3 else asked)


def _page_missing(employer: Employer, asked: Asked) -> tuple[int, Any]:
    """The people of the third page are skipped; who counts still counts them."""
    status, answer = employer.system.answer(asked)
    if employer.page_of(asked) == 3:
        employer.rows_of(answer)[:] = employer.rows_of(employer.system.answer(employer.with_page(asked, 4))[1])
        if "next" in answer:
            answer["next"] = None
    if employer.page_of(asked) > 3:
        employer.rows_of(answer).clear()
    return status, answer


def _changed_total(employer: Employer, asked: Asked) -> tuple[int, Any]:
    """Three more are counted than come; a total that comes with each page changes on its way."""
    status, answer = employer.system.answer(asked)
    if employer.add_to_total and (employer.page_of(asked) > 1 or not employer.rows_of(answer)):
        employer.add_to_total(answer, 3)
    return status, answer


def _empty(employer: Employer, asked: Asked) -> tuple[int, Any]:
    """200, and nobody works here any more."""
    whole = list(employer.people)
    employer.keep([])
    try:
        return employer.system.answer(asked)
    finally:
        employer.keep(whole)
