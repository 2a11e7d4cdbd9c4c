"""Access tokens: asked for as the standard says, shared, renewed in time, and never shown."""

from __future__ import annotations

import logging
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from connector.errors import AnswerError, ConfigurationError, CredentialsError, PopError
from connector.http.listening import Exchange, heard_by
from tests.http.login_host import Clock, LoginHost, answering, opened, people

CLIENT = {"client_id": "pop/1", "client_secret": "S3cret:Canary", "token_url": "token"}
BY_CLIENT = "oauth2_client_credentials"
BY_REFRESH = "oauth2_refresh_token"


@pytest.fixture
def host() -> Iterator[LoginHost]:
    made = LoginHost(grant={"access_token": "Access-1", "token_type": "Bearer", "expires_in": 3600})
    made.good = {"Bearer Access-1"}
    with answering(made):
        yield made


class Keeper:
    """Keeps refresh tokens in memory."""

    def __init__(self, first: str | None = None) -> None:
        self.kept = [first] if first else []

    def load(self, source: str) -> str | None:
        assert source == "bron"
        return self.kept[-1] if self.kept else None

    def keep(self, source: str, refresh_token: str) -> None:
        assert source == "bron"
        self.kept.append(refresh_token)


def test_a_client_asks_for_a_token_once_and_uses_it(host: LoginHost) -> None:
    http = opened(
        host, {"kind": BY_CLIENT, "scope": "people:read", "audience": "hr", "params": {"extra": "x"}}, **CLIENT
    )
    assert people(http) == people(http) == [{"id": 1}]
    form = {"grant_type": "client_credentials", "scope": "people:read", "audience": "hr", "extra": "x"}
    assert host.forms == [form]
    login = host.asked[0][1]["Authorization"].removeprefix("Basic ")
    assert b64decode(login).decode() == "pop%2F1:S3cret%3ACanary"


def test_the_secret_may_go_in_the_body_and_the_operators_scope_wins(host: LoginHost) -> None:
    auth = {"kind": BY_CLIENT, "client_in": "body", "scope": "all"}
    people(opened(host, auth, scope="mine", **CLIENT))
    wanted = {
        "grant_type": "client_credentials",
        "client_id": "pop/1",
        "client_secret": "S3cret:Canary",
        "scope": "mine",
    }
    assert host.forms == [wanted]
    assert "Authorization" not in host.asked[0][1]


def test_a_token_is_renewed_before_it_ends(host: LoginHost) -> None:
    clock = Clock()
    http = opened(host, BY_CLIENT, clock, **CLIENT)
    people(http)
    clock.now += 3600 - 61
    people(http)
    assert len(host.forms) == 1
    clock.now += 2
    people(http)
    assert len(host.forms) == 2


def test_a_token_that_the_host_took_back_is_renewed_once(host: LoginHost) -> None:
    http = opened(host, BY_CLIENT, **CLIENT)
    people(http)
    host.grant = {**host.grant, "access_token": "Access-2"}
    host.good = {"Bearer Access-2"}
    assert people(http) == [{"id": 1}]
    assert len(host.forms) == 2
    host.good = set()
    with pytest.raises(CredentialsError, match=r"the login was refused \(401\)"):
        people(http)
    assert len(host.forms) == 3


def test_many_threads_share_one_token(host: LoginHost) -> None:
    slow = host.token

    def token(headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        time.sleep(0.1)
        return slow(headers, body)

    host.token = token  # type: ignore[method-assign]
    http = opened(host, BY_CLIENT, **CLIENT)
    start = threading.Barrier(8)

    def read(_: int) -> Any:
        start.wait()
        return people(http)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(read, range(8))) == [[{"id": 1}]] * 8
        assert len(host.forms) == 1
        host.grant = {**host.grant, "access_token": "Access-2"}
        host.good = {"Bearer Access-2"}
        assert list(pool.map(read, range(8))) == [[{"id": 1}]] * 8
    assert len(host.forms) == 2
    http.close()


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_refused_client_is_a_refused_login(status: int, host: LoginHost, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host.status, host.grant = status, {"error": "invalid_client", "error_description": "S3cret:Canary Mevrouw Geheim"}
    with pytest.raises(CredentialsError, match=rf"the login was refused \({status}\).*POST /token") as caught:
        people(opened(host, BY_CLIENT, **CLIENT))
    for secret in ("Canary", "Geheim"):
        assert secret not in str(caught.value) + caplog.text
    assert len(host.asked) == 1


@pytest.mark.parametrize(
    "grant", [{}, [], {"access_token": 7}, {"access_token": ""}, {"access_token": "a" * 20_000}, {"token": "x"}]
)
def test_an_answer_without_a_token(grant: Any, host: LoginHost) -> None:
    host.grant = grant
    with pytest.raises(AnswerError, match="has no token at `access_token`"):
        people(opened(host, BY_CLIENT, **CLIENT))


def test_a_token_that_would_break_the_header_is_not_sent(host: LoginHost) -> None:
    host.grant = {"access_token": "a\r\nX-Evil: 1"}
    with pytest.raises(ConfigurationError, match="plain letters"):
        people(opened(host, BY_CLIENT, **CLIENT))


@pytest.mark.parametrize("missing", ["client_id", "token_url"])
def test_what_the_operator_did_not_set(missing: str, host: LoginHost) -> None:
    with pytest.raises(ConfigurationError) as caught:
        opened(host, BY_CLIENT, **{name: value for name, value in CLIENT.items() if name != missing})
    assert caught.value.where == f"sources.bron.{missing}"


@pytest.mark.parametrize(
    ("address", "says"),
    [
        ("http://login.example/token", "would not be encrypted"),
        ("ftp://login.example/token", "not a web address"),
        ("https://[", "not a web address"),
    ],
)
def test_a_token_address_is_as_safe_as_the_source(address: str, says: str, host: LoginHost) -> None:
    with pytest.raises(ConfigurationError, match=says) as caught:
        opened(host, BY_CLIENT, **{**CLIENT, "token_url": address, "url": "https://hr.example", "allow_http": False})
    assert caught.value.where == "sources.bron.token_url"


def test_a_redirect_of_the_token_call_is_not_followed(host: LoginHost) -> None:
    host.status = 302
    host.grant = ""
    with pytest.raises(AnswerError, match="the answer is empty"):
        people(opened(host, BY_CLIENT, **CLIENT))
    assert [path for path, _, _ in host.asked] == ["/token"]


def test_a_refresh_token_that_rotates_survives(host: LoginHost) -> None:
    keeper = Keeper()
    host.grant = {**host.grant, "refresh_token": "Refresh-2"}
    people(opened(host, BY_REFRESH, refresh_token="Refresh-1", keeper=keeper, **CLIENT))
    assert keeper.kept == ["Refresh-2"]
    host.grant = {**host.grant, "refresh_token": "Refresh-3"}
    people(opened(host, BY_REFRESH, refresh_token="Refresh-1", keeper=keeper, **CLIENT))
    assert [form["refresh_token"] for form in host.forms] == ["Refresh-1", "Refresh-2"]
    assert keeper.kept == ["Refresh-2", "Refresh-3"]


def test_a_refresh_token_is_kept_even_when_the_answer_is_useless_otherwise(host: LoginHost) -> None:
    keeper = Keeper()
    host.grant = {"refresh_token": "Refresh-2"}
    with pytest.raises(AnswerError, match="has no token"):
        people(opened(host, BY_REFRESH, refresh_token="Refresh-1", keeper=keeper, **CLIENT))
    assert keeper.kept == ["Refresh-2"]


def test_without_a_keeper_the_newest_is_used_for_this_run(host: LoginHost) -> None:
    clock = Clock()
    host.grant = {**host.grant, "refresh_token": "Refresh-2"}
    http = opened(host, BY_REFRESH, clock, refresh_token="Refresh-1", **CLIENT)
    people(http)
    clock.now += 4000
    people(http)
    assert [form["refresh_token"] for form in host.forms] == ["Refresh-1", "Refresh-2"]


def refusing(host: LoginHost, good: str) -> None:
    """Only one refresh token is still good."""
    granted = host.grant

    def token(_: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        return (200, granted) if body["refresh_token"] == good else (400, {"error": "invalid_grant"})

    host.token = token  # type: ignore[method-assign]


def test_an_operator_may_set_a_new_one_when_the_kept_one_is_void(host: LoginHost) -> None:
    refusing(host, "From-settings")
    people(opened(host, BY_REFRESH, refresh_token="From-settings", keeper=Keeper("Void"), **CLIENT))
    assert [form["refresh_token"] for form in host.forms] == ["Void", "From-settings"]


def test_another_process_may_have_rotated_it_meanwhile(host: LoginHost) -> None:
    keeper = Keeper("Old")
    refusing(host, "New")
    first = host.token

    def token(headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        keeper.kept.append("New")
        return first(headers, body)

    host.token = token  # type: ignore[method-assign]
    people(opened(host, BY_REFRESH, refresh_token="From-settings", keeper=keeper, **CLIENT))
    assert [form["refresh_token"] for form in host.forms] == ["Old", "New"]


def test_when_no_refresh_token_is_good(host: LoginHost) -> None:
    refusing(host, "Another")
    with pytest.raises(CredentialsError, match=r"the login was refused \(400\)"):
        people(opened(host, BY_REFRESH, refresh_token="Refresh-1", keeper=Keeper("Void"), **CLIENT))
    assert len(host.forms) == 2


def test_nobody_who_listens_hears_a_login(host: LoginHost) -> None:
    heard: list[Exchange] = []
    with heard_by(heard.append):
        http = opened(host, BY_CLIENT, **CLIENT)
    people(http)
    assert [(one.method, one.content) for one in heard] == [("GET", [{"id": 1}])]


def test_no_token_in_an_error_or_a_log(host: LoginHost, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    host.good = set()
    told = ""
    with pytest.raises(PopError) as caught:
        people(opened(host, {"kind": "query", "parameter": "key"}, password="Canary-1"))
    told += str(caught.value)
    with pytest.raises(PopError) as caught:
        people(opened(host, BY_CLIENT, **CLIENT))
    told += str(caught.value)
    assert host.asked[0][0] == "/people?key=Canary-1"
    assert "Canary" not in told + caplog.text
    assert "Access-1" not in told + caplog.text
