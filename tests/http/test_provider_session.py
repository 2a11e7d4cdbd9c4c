"""What an identity provider names may not lead into our own network, nor be endless."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import requests

from connector.errors import AnswerError, ConfigurationError
from connector.http.addresses import Base
from connector.http.provider_session import guard
from tests.http.conftest import RawHost, Script

EMPTY = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}"


def session_of(issuer: str) -> requests.Session:
    session = requests.Session()
    guard(session, issuer)
    return session


def test_the_issuer_may_be_anywhere_and_another_host_may_not(raw_host: Callable[[Script], RawHost]) -> None:
    issuer, other = raw_host(lambda c: c.sendall(EMPTY)), raw_host(lambda c: c.sendall(EMPTY))
    with session_of(issuer.url) as session:
        assert session.get(f"{issuer.url}/keys").json() == {}
        with pytest.raises(ConfigurationError, match="names an address inside a network"):
            session.get(f"{other.url}/keys")
    assert (len(issuer.requests), len(other.requests)) == (1, 0)


def test_an_endless_answer_is_not_read(raw_host: Callable[[Script], RawHost]) -> None:
    head = b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"
    issuer = raw_host(lambda c: c.sendall(head + b" " * 3_000_000))
    with session_of(issuer.url) as session, pytest.raises(AnswerError, match="more than it should"):
        session.get(f"{issuer.url}/keys")


def test_an_answer_that_breaks_off_is_a_broken_connection(raw_host: Callable[[Script], RawHost]) -> None:
    issuer = raw_host(lambda c: c.sendall(EMPTY.replace(b"2\r\n", b"9\r\n", 1)))
    with session_of(issuer.url) as session, pytest.raises(requests.ConnectionError):
        session.get(f"{issuer.url}/keys")


def test_a_link_loses_the_key_that_the_login_adds() -> None:
    base = Base("bron", "https://hr.example/api", without="key")
    assert (
        base.linked("https://hr.example/api/a", "/api/a?page=2&key=Canary&x=") == "https://hr.example/api/a?page=2&x="
    )
    assert (
        base.linked("https://hr.example/api/a", "/api/a?page=2&monkey=1") == "https://hr.example/api/a?page=2&monkey=1"
    )
