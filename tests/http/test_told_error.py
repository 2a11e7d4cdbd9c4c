"""Errors that come with status 200."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import responses
from marshmallow import ValidationError

from connector.errors import (
    AnswerError,
    CredentialsError,
    PopError,
    ResourceRefusedError,
    SourceUnavailableError,
    ThrottledError,
)
from connector.http.told_error import ToldError, ToldErrorSchema
from tests.http.conftest import URL, Made

PEOPLE = f"{URL}/people"
TABLE = {
    "path": "exception",
    "code": "errorcode",
    "login": ["invalidtoken"],
    "refused": ["nopermission", "403"],
    "throttled": ["slow"],
    "away": ["maintenance"],
}


def told(**changes: Any) -> ToldError:
    return ToldError(ToldErrorSchema().load({**TABLE, **changes}))


def answer(code: Any) -> dict[str, Any]:
    return {"exception": "some_class", "errorcode": code, "message": "Mevrouw Geheim"}


@pytest.mark.parametrize(
    ("code", "kind", "tries", "says"),
    [
        ("invalidtoken", CredentialsError, 1, r"the login was refused \(invalidtoken\)"),
        ("nopermission", ResourceRefusedError, 1, r"may not read this \(nopermission\)"),
        (403, ResourceRefusedError, 1, r"may not read this \(403\)"),
        ("slow", ThrottledError, 4, r"asks for fewer calls \(slow\)"),
        ("maintenance", SourceUnavailableError, 4, r"failed to answer \(maintenance\)"),
        ("odd", AnswerError, 1, r"answered with an error \(odd\)"),
        ("Mevrouw Geheim", AnswerError, 1, r"answered with an error \(tried"),
        ("geheim" * 20, AnswerError, 1, r"answered with an error \(tried"),
        (None, AnswerError, 1, r"answered with an error \(tried"),
        (True, AnswerError, 1, r"answered with an error \(tried"),
        ({"a": "Geheim"}, AnswerError, 1, r"answered with an error \(tried"),
    ],
)
def test_a_code_says_what_it_means(
    code: Any,
    kind: type[PopError],
    tries: int,
    says: str,
    create_session: Callable[..., Made],
    network: responses.RequestsMock,
) -> None:
    asked = network.get(PEOPLE, json=answer(code))
    with pytest.raises(kind, match=says) as caught:
        create_session(told=told()).get()
    assert type(caught.value) is kind
    assert asked.call_count == tries
    assert "geheim" not in str(caught.value).lower()


@pytest.mark.parametrize("content", [[], [{"exception": "in a row"}], {"exception": None}, {"exception": ""}, {}, 7])
def test_what_is_no_error(content: Any, create_session: Callable[..., Made], network: responses.RequestsMock) -> None:
    network.get(PEOPLE, json=content)
    assert create_session(told=told()).get() == content


def test_a_flag_may_be_the_sign(create_session: Callable[..., Made], network: responses.RequestsMock) -> None:
    network.get(PEOPLE, json={"success": False, "error": {"code": 7}})
    with pytest.raises(AnswerError, match=r"an error \(7\)"):
        create_session(told=told(path="success == `false`", code="error.code")).get()


def test_without_a_code_every_error_is_alike(
    create_session: Callable[..., Made], network: responses.RequestsMock
) -> None:
    network.get(PEOPLE, json=answer("invalidtoken"))
    with pytest.raises(AnswerError, match="answered with an error"):
        create_session(told=told(code="")).get()


@pytest.mark.parametrize("table", [{}, {"path": "a["}, {"path": "a", "code": "b["}, {"path": "a", "text": "b"}])
def test_a_table_that_cannot_be_right(table: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        ToldErrorSchema().load(table)
