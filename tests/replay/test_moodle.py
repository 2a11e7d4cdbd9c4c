"""Moodle over real HTTP, as our own sample was recorded: a whole sync, and its errors that come with status 200."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connector.domain.access import TIMER
from connector.errors import AnswerError, CredentialsError, PopError, ResourceRefusedError, SourceUnavailableError
from connector.http.limits import Timing
from connector.services import sync
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.opened import open_reader
from connector.sources.reader import Connection
from connector.store.base import Base
from tests.conformance.sample import SAMPLES
from tests.replay.host import listening
from tests.replay.moodle import Moodle
from tests.replay.systems import LOGIN, Asked

Create = Callable[..., Installation]
_ADDED = ("wsfunction", "moodlewsrestformat")


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    timing = Timing(sleep=lambda _: None)
    monkeypatch.setattr(sync, "open_reader", functools.partial(open_reader, timing=timing))


def calls() -> list[dict[str, Any]]:
    """The lines of the sample, as calls of a recording."""
    lines = json.loads((SAMPLES / "catalogues/moodle/answers.json").read_text(encoding="utf-8"))
    forms = [(line["request"]["form"], line["answer"]) for line in lines]
    return [
        {"fn": form["wsfunction"], "params": {k: v for k, v in form.items() if k not in _ADDED}, "body": answer}
        for form, answer in forms
    ]


class Listening(Moodle):
    """Moodle that keeps what it was asked; `fails` are functions with the error code they answer."""

    def __init__(self, **fails: str) -> None:
        super().__init__(calls())
        self.fails = fails
        self.asked: list[Asked] = []

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.asked.append(asked)
        code = self.fails.get(asked.body["wsfunction"])
        if code is not None:
            return 200, {"exception": "x_exception", "errorcode": code, "message": "Private: mevrouw Geheim"}
        return super().answer(asked)


@contextmanager
def installed(create: Create, moodle: Moodle, password: str = LOGIN["password"]) -> Iterator[Installation]:
    with listening(moodle) as url:
        connection = Connection("lms", url=url, password=password, allow_http=True, allow_private=True)
        yield create(sources={"lms": SourceConfig("lms", "catalogues/moodle", "acme", connection, "Europe/Brussels")})


def test_a_sync_over_real_http(create_installation: Create) -> None:
    moodle = Listening()
    with installed(create_installation, moodle) as installation:
        first = run_sync(TIMER, installation, "lms", accept=True).totals
        second = run_sync(TIMER, installation, "lms", accept=True).totals
    assert (first.new, first.out_of_scope, first.waiting) == (11, 5, 0)
    assert (second.same, second.changed, second.missing) == (11, 0, 0)
    assert {asked.body["wstoken"] for asked in moodle.asked} == {LOGIN["password"]}
    assert {str(asked.query) for asked in moodle.asked} == {"{}"}, "the token would stand in the log of the host"
    assert {asked.body["id"] for asked in moodle.asked if "course_comp" in asked.body["wsfunction"]} == {
        "21",
        "22",
        "24",
    }
    assert {asked.body["userid"] for asked in moodle.asked if "enrol" in asked.body["wsfunction"]} == {"31", "32", "34"}


def test_nothing_is_kept_of_users_but_what_the_mapping_names(create_installation: Create) -> None:
    with installed(create_installation, Listening()) as installation:
        run_sync(TIMER, installation, "lms", accept=True)
        with installation.store.read() as session:
            kept = [str(list(session.execute(table.select()))) for table in Base.metadata.sorted_tables]
    assert any("Ševčík" in rows for rows in kept)
    for hidden in ("Beheer", "gast@elders.example", "profileimage", "lastaccess", "u31"):
        assert not any(hidden in rows for rows in kept), hidden


@pytest.mark.parametrize(
    ("fails", "password", "kind", "says"),
    [
        ({}, "Wrong-Canary-9", CredentialsError, "the login was refused (invalidtoken)"),
        ({"core_user_get_users": "accessexception"}, None, ResourceRefusedError, "may not read this (accessexception)"),
        ({"core_course_get_courses": "invalidrecord"}, None, AnswerError, "answered with an error (invalidrecord)"),
        ({"core_course_get_categories": "sitemaintenance"}, None, SourceUnavailableError, "(sitemaintenance)"),
    ],
    ids=["token", "right", "function", "maintenance"],
)
def test_an_error_with_status_200_is_one_sentence(
    fails: dict[str, str],
    password: str | None,
    kind: type[PopError],
    says: str,
    create_installation: Create,
) -> None:
    moodle, secret = Listening(**fails), password or LOGIN["password"]
    with installed(create_installation, moodle, secret) as installation, pytest.raises(kind) as caught:
        run_sync(TIMER, installation, "lms", accept=True)
    assert type(caught.value) is kind
    assert says in str(caught.value)
    for private in ("Canary", "Geheim", LOGIN["password"]):
        assert private not in str(caught.value)
