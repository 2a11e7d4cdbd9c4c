"""A host that is slow, silent, gone, cut off, or sends a bomb, over a real socket."""

from __future__ import annotations

import gzip
import json
import socket
import struct
import time
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from connector.errors import AnswerError, SourceUnavailableError
from tests.http.conftest import Made, RawHost, Script

NUMBERS = json.dumps([{"id": number} for number in range(1000)]).encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Create = Callable[..., Made]
Host = Callable[[Script], RawHost]


def drip(connection: socket.socket, data: bytes, start: bytes = b"") -> None:
    connection.sendall(start)
    for number in range(len(data)):
        connection.sendall(data[number : number + 1])
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("start", "data"),
    [
        (b"", OK + b"X-Long: " + b"a" * 1000),
        (OK + b"Content-Length: 1000\r\n\r\n", b"[" * 1000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n3e8\r\n", b"[" * 1000),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n[\r\n" * 200),
        (OK + b"\r\n", b"[" * 1000),
    ],
    ids=["headers", "body", "one chunk", "many chunks", "until the end"],
)
def test_a_byte_now_and_then_does_not_stretch_the_deadline(
    start: bytes, data: bytes, create_session: Create, raw_host: Host
) -> None:
    host = raw_host(lambda connection: drip(connection, data, start))
    made = create_session(host.url, answer_seconds=0.3, silence_seconds=10, tries=1)
    began = time.monotonic()
    with pytest.raises(SourceUnavailableError, match=r"not complete within 0\.3 s"):
        made.get()
    assert time.monotonic() - began < 2


def test_a_slow_answer_within_its_deadline_is_taken(create_session: Create, raw_host: Host) -> None:
    host = raw_host(lambda connection: drip(connection, b"[1, 2]", OK + b"Content-Length: 6\r\n\r\n"))
    assert create_session(host.url, answer_seconds=10).get() == [1, 2]


def test_silence_is_not_waited_for(create_session: Create, raw_host: Host) -> None:
    host = raw_host(lambda _: time.sleep(1))
    made = create_session(host.url, silence_seconds=0.1, tries=2)
    with pytest.raises(SourceUnavailableError, match=r"the host fell silent .* 2 times"):
        made.get()
    assert made.waits == [1.0]


@pytest.mark.parametrize(
    "answer",
    [
        OK + b'Content-Length: 90\r\n\r\n[{"id": 1}',
        OK + b'Transfer-Encoding: chunked\r\n\r\nff\r\n[{"id": 1}',
        OK + b'Transfer-Encoding: chunked\r\n\r\nb\r\n[{"id": 1},\r\n',
        OK + b'Connection: close\r\n\r\n[{"id": 1}',
        OK + b"Content-Encoding: gzip\r\nConnection: close\r\n\r\n" + gzip.compress(NUMBERS)[:400],
    ],
    ids=["length", "within a chunk", "between chunks", "no length", "gzip"],
)
def test_a_body_that_was_cut_off_is_tried_again(answer: bytes, create_session: Create, raw_host: Host) -> None:
    host = raw_host(lambda connection: connection.sendall(answer))
    with pytest.raises(SourceUnavailableError, match="the answer was cut off"):
        create_session(host.url, tries=3).get()
    assert len(host.requests) == 3


def test_the_second_try_may_succeed(create_session: Create, raw_host: Host) -> None:
    answers = [OK + b"Content-Length: 90\r\n\r\n[", OK + b"Content-Length: 2\r\n\r\n[]"]
    host = raw_host(lambda connection: connection.sendall(answers.pop(0)))
    assert create_session(host.url).get() == []


def test_a_bomb_is_not_unpacked(create_session: Create, raw_host: Host) -> None:
    bomb = gzip.compress(bytes(50_000_000))
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(bomb)
    host = raw_host(lambda connection: connection.sendall(head + bomb))
    made = create_session(host.url, body_bytes=2 * 1024 * 1024)
    with pytest.raises(AnswerError, match="larger than 2 MB"):
        made.get()
    assert len(host.requests) == 1


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_within_the_limit_is_not_unpacked_either(coding: str, create_session: Create, raw_host: Host) -> None:
    plain = b"[" + b" " * 40_000_000 + b"]"
    bomb = gzip.compress(plain) if coding == "gzip" else zlib.compress(plain)
    head = OK + b"Content-Encoding: %s\r\nContent-Length: %d\r\n\r\n" % (coding.encode(), len(bomb))
    host = raw_host(lambda connection: connection.sendall(head + bomb))
    made = create_session(host.url)
    tracemalloc.start()
    try:
        with pytest.raises(AnswerError, match="packed more tightly than any list of records"):
            made.get()
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 10_000_000


def test_a_list_of_alike_records_may_be_packed_tightly(create_session: Create, raw_host: Host) -> None:
    rows = [{"id": number, "name": "Peeters", "unit": {"id": 7, "name": "Montage"}} for number in range(100_000)]
    body = gzip.compress(json.dumps(rows).encode())
    head = OK + b"Content-Encoding: gzip\r\nContent-Length: %d\r\n\r\n" % len(body)
    host = raw_host(lambda connection: connection.sendall(head + body))
    assert create_session(host.url).get() == rows


def test_a_body_that_claims_to_be_packed(create_session: Create, raw_host: Host) -> None:
    host = raw_host(lambda c: c.sendall(OK + b"Content-Encoding: gzip\r\nContent-Length: 2\r\n\r\n[]"))
    with pytest.raises(AnswerError, match="cannot be unpacked"):
        create_session(host.url).get()


def test_a_connection_that_breaks_before_the_answer(create_session: Create, raw_host: Host) -> None:
    def reset(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    host = raw_host(reset)
    with pytest.raises(SourceUnavailableError, match="broke off the connection"):
        create_session(host.url, tries=2).get()


def test_words_that_are_not_http(create_session: Create, raw_host: Host) -> None:
    host = raw_host(lambda connection: connection.sendall(b"220 mail.example ESMTP\r\n"))
    with pytest.raises(SourceUnavailableError, match="broke off the connection"):
        create_session(host.url, tries=1).get()


def test_nobody_listens(create_session: Create) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    made = create_session(f"http://127.0.0.1:{port}")
    with pytest.raises(
        SourceUnavailableError, match=rf"cannot be reached .*GET /people on 127\.0\.0\.1:{port}, 4 times"
    ):
        made.get()
    assert made.waits == [1, 2, 4]


def test_a_name_that_no_host_has(create_session: Create, monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(SourceUnavailableError, match="no host has this name"):
        create_session("http://hr.example", tries=1).get()
