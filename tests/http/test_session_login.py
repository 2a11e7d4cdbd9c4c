"""A login call that gives a token at some place, or cookies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from connector.errors import AnswerError, ConfigurationError, CredentialsError
from tests.http.login_host import Clock, LoginHost, answering, opened, people

BODY = {"name": "{user}", "word": "{password}", "where": "{database}", "fixed": "yes"}
ACCOUNT = {"user": "pop", "password": "Pa55-{user}", "database": "schakel"}
BY_TOKEN = {"kind": "session", "path": "login", "body": BODY, "token": "data.token"}
BY_COOKIE = {"kind": "session", "path": "login", "body": BODY, "body_as": "form"}


@pytest.fixture
def host() -> Iterator[LoginHost]:
    with answering(LoginHost(grant={"data": {"token": "T1"}}, good={"Bearer T1"})) as made:
        yield made


def test_a_token_from_a_json_login(host: LoginHost) -> None:
    http = opened(host, BY_TOKEN, **ACCOUNT)
    assert people(http) == people(http) == [{"id": 1}]
    assert host.forms == [{"name": "pop", "word": "Pa55-{user}", "where": "schakel", "fixed": "yes"}]


def test_the_header_and_its_value_are_the_mappings(host: LoginHost) -> None:
    host.header, host.good = "X-Session", {"sid=T1"}
    assert people(opened(host, {**BY_TOKEN, "header": "X-Session", "value": "sid={token}"}, **ACCOUNT)) == [{"id": 1}]


@pytest.mark.parametrize(("status", "page"), [(200, "<html>Welcome</html>"), (302, ""), (200, "")])
def test_cookies_from_a_form_login(status: int, page: Any, host: LoginHost) -> None:
    host.status, host.grant = status, page
    host.cookies = ["sid=abc; Path=/; HttpOnly", "lb=2; Path=/"]
    host.header, host.good = "Cookie", {"sid=abc; lb=2", "lb=2; sid=abc"}
    http = opened(host, BY_COOKIE, **ACCOUNT)
    assert people(http) == people(http) == [{"id": 1}]
    assert len(host.forms) == 1


def test_a_session_that_ended_is_opened_again_once(host: LoginHost) -> None:
    http = opened(host, BY_TOKEN, **ACCOUNT)
    people(http)
    host.grant, host.good = {"data": {"token": "T2"}}, {"Bearer T2"}
    assert people(http) == [{"id": 1}]
    host.good = set()
    with pytest.raises(CredentialsError):
        people(http)
    assert len(host.forms) == 3


def test_a_session_with_a_known_life_is_opened_again_in_time(host: LoginHost) -> None:
    clock = Clock()
    http = opened(host, {**BY_TOKEN, "lifetime_seconds": 600}, clock, **ACCOUNT)
    people(http)
    clock.now += 541
    people(http)
    assert len(host.forms) == 2
    assert host.refused == 0


def test_a_login_without_cookies_or_token(host: LoginHost) -> None:
    with pytest.raises(AnswerError, match="sets no cookie"):
        people(opened(host, BY_COOKIE, **ACCOUNT))
    host.grant = {"data": None}
    with pytest.raises(AnswerError, match=r"has no token at `data\.token`"):
        people(opened(host, BY_TOKEN, **ACCOUNT))


def test_a_refused_login(host: LoginHost) -> None:
    host.status = 403
    with pytest.raises(CredentialsError, match=r"the login was refused \(403\).*POST /login"):
        people(opened(host, BY_TOKEN, **ACCOUNT))


def test_what_the_operator_did_not_set(host: LoginHost) -> None:
    with pytest.raises(ConfigurationError) as caught:
        opened(host, BY_TOKEN, user="pop", password="x")
    assert caught.value.where == "sources.bron.database"
