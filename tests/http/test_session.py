"""Statuses, tries, waits, redirects and bodies of the one outgoing session."""

from __future__ import annotations

import json
import logging
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import requests
import responses

from connector.errors import (
    AnswerError,
    ConfigurationError,
    CredentialsError,
    NothingThereError,
    PopError,
    ResourceRefusedError,
    SourceUnavailableError,
    ThrottledError,
)
from connector.http.login import HeaderLogin
from connector.http.masking import Mask
from tests.http.conftest import URL, Made, RawHost, Script

PEOPLE = f"{URL}/people"
Create = Callable[..., Made]
Network = responses.RequestsMock


@pytest.mark.parametrize(
    ("status", "kind", "tries"),
    [
        (400, AnswerError, 1),
        (401, CredentialsError, 1),
        (403, ResourceRefusedError, 1),
        (404, NothingThereError, 1),
        (405, AnswerError, 1),
        (408, SourceUnavailableError, 4),
        (410, NothingThereError, 1),
        (418, AnswerError, 1),
        (429, ThrottledError, 4),
        (500, SourceUnavailableError, 1),
        (501, SourceUnavailableError, 1),
        (502, SourceUnavailableError, 4),
        (503, SourceUnavailableError, 4),
        (504, SourceUnavailableError, 4),
        (304, AnswerError, 1),
    ],
)
def test_what_a_status_means(
    status: int, kind: type[PopError], tries: int, create_session: Create, network: Network
) -> None:
    answer = network.get(PEOPLE, status=status, body="secret body")
    with pytest.raises(kind) as caught:
        create_session().get(params={"token": "secret-query"})
    assert type(caught.value) is kind
    assert answer.call_count == tries
    assert "GET /api/people on hr.example" in str(caught.value)
    assert str(status) in str(caught.value)
    assert "secret" not in str(caught.value)
    assert (f", {tries} times" in str(caught.value)) == (tries > 1)


@pytest.mark.parametrize(
    ("headers", "waits"),
    [
        ({}, [1, 2, 4]),
        ({"Retry-After": "9"}, [9, 9, 9]),
        ({"Retry-After": "0"}, [1, 2, 4]),
        ({"Retry-After": "soon"}, [1, 2, 4]),
        ({"Retry-After": "-5"}, [1, 2, 4]),
        ({"Retry-After": "١٢"}, [1, 2, 4]),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:20 GMT", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, [20, 20, 20]),
        ({"Retry-After": "Mon, 23 Nov 2026 08:59:00 GMT", "Date": "Mon, 23 Nov 2026 09:00:00 GMT"}, [1, 2, 4]),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:20 GMT"}, [1, 2, 4]),
    ],
)
def test_how_long_it_waits(
    headers: dict[str, str], waits: list[float], create_session: Create, network: Network
) -> None:
    network.get(PEOPLE, status=503, headers=headers)
    made = create_session()
    with pytest.raises(SourceUnavailableError):
        made.get()
    assert made.waits == waits


def test_it_does_not_wait_longer_than_it_may(create_session: Create, network: Network) -> None:
    answer = network.get(PEOPLE, status=429, headers={"Retry-After": "50"})
    made = create_session(wait_seconds=120)
    with pytest.raises(ThrottledError) as caught:
        made.get()
    assert made.waits == [50, 50]
    assert answer.call_count == 3
    assert caught.value.wait_seconds == 50


def test_a_host_that_asks_for_an_hour_is_left_alone(create_session: Create, network: Network) -> None:
    network.get(PEOPLE, status=429, headers={"Retry-After": "3600"})
    made = create_session()
    with pytest.raises(ThrottledError, match="to wait 3600 s") as caught:
        made.get()
    assert (made.waits, caught.value.wait_seconds) == ([], 3600)


def test_a_reading_post_is_tried_again(create_session: Create, network: Network) -> None:
    network.post(PEOPLE, status=502)
    network.post(PEOPLE, json={"ok": True})
    assert create_session().post(json={"a": 1}) == {"ok": True}
    assert [json.loads(call.request.body or "") for call in network.calls] == [{"a": 1}] * 2


def test_a_redirect_on_the_same_host_is_followed_with_the_login(create_session: Create, network: Network) -> None:
    network.get(PEOPLE, status=301, headers={"Location": "/api/v2/people?page=1"})
    network.get(f"{URL}/v2/people", json=[1])
    login = HeaderLogin("Authorization", "Bearer Token-12345")
    assert create_session(login=login).get(params={"a": "b"}) == [1]
    assert network.calls[1].request.url == f"{URL}/v2/people?page=1"
    assert network.calls[1].request.headers["Authorization"] == "Bearer Token-12345"


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/people",
        "//evil.example/people",
        "https://hr.example@evil.example/people",
        "https://hr.example.evil.example/people",
        "https://hr.example:8443/people",
        "ftp://hr.example/people",
        "https://[",
        "",
    ],
)
def test_a_redirect_to_another_host_is_refused(location: str, create_session: Create, network: Network) -> None:
    network.get(PEOPLE, status=302, headers={"Location": location})
    with pytest.raises(ConfigurationError, match="sends us to another host") as caught:
        create_session().get()
    assert "evil" not in str(caught.value)
    assert len(network.calls) == 1


def test_a_redirect_to_encryption_is_told_to_the_operator(create_session: Create, network: Network) -> None:
    network.get("http://hr.example/people", status=301, headers={"Location": "https://hr.example/people"})
    with pytest.raises(ConfigurationError, match=r"wants an encrypted connection .* Write https: in url"):
        create_session("http://hr.example").get()


def test_a_post_is_not_turned_into_a_get(create_session: Create, network: Network) -> None:
    network.post(PEOPLE, status=302, headers={"Location": "/api/elsewhere"})
    with pytest.raises(ConfigurationError, match="sends us to another address"):
        create_session().post(json={})


def test_a_post_may_be_sent_on_as_it_is(create_session: Create, network: Network) -> None:
    network.post(PEOPLE, status=308, headers={"Location": "/api/elsewhere"})
    network.post(f"{URL}/elsewhere", json=[])
    assert create_session().post(json={"a": 1}) == []
    assert json.loads(network.calls[1].request.body or "") == {"a": 1}


def test_redirects_without_end(create_session: Create, network: Network) -> None:
    network.get(PEOPLE, status=302, headers={"Location": PEOPLE})
    with pytest.raises(AnswerError, match="redirects without end"):
        create_session(redirects=3).get()
    assert len(network.calls) == 4


@pytest.mark.parametrize(
    ("body", "media_type", "says"),
    [
        (b"<html>Log in, Mevrouw Geheim</html>", "text/html; charset=utf-8", r"not JSON \(it is called text/html\)"),
        (b"", "application/json", "the answer is empty"),
        (b" \n", "application/json", "the answer is empty"),
        (b'{"a": NaN}', "application/json", "not JSON"),
        (b'[{"id": 1}] trailing words', "application/json", "not JSON"),
        (b"\xff\xfe\xfa{", "application/json", "not JSON"),
        (b'{"a": "caf\xe9"}', "application/json", "not JSON"),
        (b"[" * 200_000 + b"]" * 200_000, "application/json", "not JSON"),
        (b"[" + b"9" * 5000 + b"]", "application/json", "not JSON"),
        (b"[1e400]", "application/json", "not JSON"),
        (b"[" * 66 + b"]" * 66, "application/json", "nested more than 64 levels deep"),
        (b'{"a":' * 66 + b"1" + b"}" * 66, "application/json", "nested more than 64 levels deep"),
        (b"oops", "x/Mevrouw-Geheim", "the answer is not JSON"),
    ],
    ids=[
        "html",
        "empty",
        "blank",
        "nan",
        "trailing",
        "no text",
        "latin-1",
        "deep",
        "huge number",
        "infinite",
        "deep list",
        "deep object",
        "odd type",
    ],
)
def test_a_body_that_is_not_json(
    body: bytes, media_type: str, says: str, create_session: Create, network: Network
) -> None:
    network.get(PEOPLE, body=body, content_type=media_type)
    with pytest.raises(AnswerError, match=says) as caught:
        create_session().get()
    assert "Geheim" not in str(caught.value)
    assert len(network.calls) == 1


@pytest.mark.parametrize(
    "body",
    [
        b"[18446744073709551616, -9223372036854775809, 123456789012345678901234567890]",
        b'["half a letter \\ud83d"]',
        b"[" * 64 + b"]" * 64,
        json.dumps(["[{" * 500]).encode(),
        b'{"a": 1.5, "b": -0.0, "c": 9007199254740993}',
    ],
    ids=["large numbers", "half a letter", "deep enough", "brackets in a text", "numbers"],
)
def test_what_comes_is_what_the_standard_library_reads(body: bytes, create_session: Create, network: Network) -> None:
    network.get(PEOPLE, body=body)
    assert create_session().get() == json.loads(body)


def test_json_under_another_name_and_with_a_mark_is_read(create_session: Create, network: Network) -> None:
    network.get(PEOPLE, body='﻿{"naam": "Şükrü"}'.encode(), content_type="text/plain")
    assert create_session().get() == {"naam": "Şükrü"}


def test_every_way_to_cut_off_a_body_is_seen(create_session: Create) -> None:
    row = {"id": 17, "naam": 'Zoë "Z"', "x": [True, None, -1.5e3], "waar": False}
    plain = json.dumps({"data": [row], "total": 1}, indent=1).encode()
    body = plain[:-1] + json.dumps(row, ensure_ascii=False).encode().replace(b"{", b',"m": {', 1) + b"}"
    assert json.loads(body)["m"] == row
    for end in range(1, len(body)):
        with responses.RequestsMock() as network:
            network.get(PEOPLE, body=body[:end], content_type="application/json")
            with pytest.raises(SourceUnavailableError, match="the answer was cut off"):
                create_session(tries=1).get()


def test_no_login_is_taken_from_the_users_netrc(
    create_session: Create, network: Network, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine hr.example login somebody password else\n")
    netrc.chmod(0o600)
    monkeypatch.setenv("NETRC", str(netrc))
    network.get(PEOPLE, json=[])
    create_session().get()
    assert "Authorization" not in network.calls[0].request.headers


def test_a_label_stands_for_a_path_that_names_a_person(create_session: Create, network: Network) -> None:
    network.get(f"{URL}/people/jan.janssens", status=500)
    with pytest.raises(SourceUnavailableError) as caught:
        create_session().get("people/jan.janssens", label="/api/people/{id}")
    assert "GET /api/people/{id} on hr.example" in str(caught.value)
    assert "janssens" not in str(caught.value)


def test_a_secret_in_the_path_is_masked(create_session: Create, network: Network) -> None:
    network.get(f"{URL}/t/S3cret%2Ftoken/x", status=500)
    with pytest.raises(SourceUnavailableError) as caught:
        create_session(mask=Mask("u", "S3cret/token")).get("t/S3cret%2Ftoken/x")
    assert "GET /api/t/***/x" in str(caught.value)


def test_nothing_secret_is_logged(create_session: Create, network: Network, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    network.get(PEOPLE, body=requests.ConnectionError("https://hr.example/?key=Canary-123"))
    with pytest.raises(SourceUnavailableError) as caught:
        create_session(login=HeaderLogin("Authorization", "Bearer Canary-123")).get()
    assert caught.value.__suppress_context__ or caught.value.__context__ is None
    assert "Canary" not in caplog.text + str(caught.value)


@pytest.mark.parametrize(
    ("url", "says"),
    [
        (None, "needed to reach"),
        ("", "needed to reach"),
        ("hr.example", "not a web address"),
        ("ftp://hr.example", "not a web address"),
        ("https://", "not a web address"),
        ("https://hr.example:port", "not a web address"),
        ("https://[::1", "not a web address"),
        ("https://hr.example..com", "not a web address"),
        ("https://" + "a" * 70 + ".example", "not a web address"),
        ("https://user:Pa55word@hr.example", "a login does not belong in the address"),
        ("https://hr.example/?key=Pa55word", "must end before"),
    ],
)
def test_an_address_that_cannot_be_right(url: Any, says: str, create_session: Create) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        create_session(url)
    assert str(caught.value).startswith("sources.bron.url: ")
    assert "Pa55word" not in str(caught.value)


def test_each_thread_has_a_deadline_of_its_own(create_session: Create, raw_host: Callable[[Script], RawHost]) -> None:
    """A slow answer of one thread ends in time although others begin anew all the while."""
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"

    def answer(connection: socket.socket) -> None:
        if b"/slow" in host.requests[-1]:
            connection.sendall(head + b"[")
            time.sleep(3)
        connection.sendall(head + b"[]")

    host = raw_host(answer)
    made = create_session(host.url, answer_seconds=0.5, tries=1)
    with ThreadPoolExecutor(1) as pool:
        began = time.monotonic()
        slow = pool.submit(made.get, "slow")
        while not slow.done() and time.monotonic() - began < 2.5:
            time.sleep(0.1)
            made.get("quick")
        with pytest.raises(SourceUnavailableError, match=r"not complete within 0\.5 s"):
            slow.result()
    assert time.monotonic() - began < 2
