"""Preparing on the page: one question at a time, kept while typing, shown by its author alone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from connector.domain.access import Role
from connector.services.preparation import LONGEST, read_preparation
from connector.store.conversation import Participant
from tests.web.pages.conftest import Small, World

TYPING = {"HX-Request": "true"}
SAID = "Ik kan goed luisteren.\n<script>alert(1)</script> çà et là"


def _path(small: Small, rest: str = "") -> str:
    return f"/prepare/{small.conversation}{rest}"


def test_an_employee_answers_question_after_question(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    page = client.get("/my-plan").text
    assert _path(small) in page
    first = client.get(_path(small, "/questions/strengths")).text
    assert "Waar ben je goed in, en wat doe je graag?" in first
    assert re.search(r"Vraag 1 van \d", first)
    assert "Alleen jij ziet dit, tot je het zelf toont." in first
    moved = client.post(_path(small, "/questions/strengths"), {"answer": SAID}, status=302)
    assert moved.location.endswith("/questions/improvements")
    asked = client.get(moved.location).text
    assert "Wat de functie Onthaalmedewerker vraagt" in asked
    assert "Wetgeving" in asked
    overview = client.get(_path(small)).text
    assert "Ik kan goed luisteren." in overview
    assert "<script>alert" not in overview
    last = client.post(_path(small, "/questions/hindrances"), {"answer": "de bus"}, status=302)
    assert last.location.endswith(_path(small))
    assert "Je kan het aan niemand tonen." in client.get(_path(small, "/questions/hindrances")).text


def test_what_is_typed_is_kept_at_once(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    kept = client.post(_path(small, "/questions/strengths"), {"answer": "half"}, status=200, headers=TYPING)
    assert "Bewaard." in kept.text
    assert read_preparation(small.owner, world.installation, small.conversation).answers == {"strengths": "half"}
    too_long = {"answer": "x" * (LONGEST + 1)}
    told = client.post(_path(small, "/questions/strengths"), too_long, status=400, headers=TYPING)
    assert "Hij is nog niet bewaard." in told.text
    page = client.post(_path(small, "/questions/strengths"), too_long, status=400).text
    assert "x" * (LONGEST + 1) in page  # nothing that was typed is lost
    assert read_preparation(small.owner, world.installation, small.conversation).answers == {"strengths": "half"}


def test_the_supervisor_reads_it_once_it_is_shown(world: World, small: Small) -> None:
    owner, boss = world.client_of(small.owner), world.client_of(small.supervisor)
    assert "Bereid dit gesprek voor" in boss.get(f"/team/{small.amina}").text
    owner.post(_path(small, "/questions/strengths"), {"answer": SAID}, status=302)
    assert "goed luisteren" not in boss.get(_path(small)).text
    owner.post(_path(small, "/show"), {"shown": "yes"}, status=302)
    page = boss.get(_path(small)).text
    assert "Ik kan goed luisteren." in page
    assert "<script>alert" not in page
    assert "Wat verandert er de komende jaren" in page  # the form of the employer's own side
    assert f'href="/team/{small.amina}"' in page
    assert "Je leidinggevende kan je antwoorden lezen." in owner.get(_path(small, "/questions/strengths")).text
    owner.post(_path(small, "/show"), {"shown": "no"}, status=302)
    assert "goed luisteren" not in boss.get(_path(small)).text


def test_hr_that_takes_part_prepares_for_the_employer(world: World, small: Small) -> None:
    hilde = world.create_person("Hilde HR", unit_id=small.unit)
    with world.installation.store.begin() as session:
        session.add(Participant(conversation_id=small.conversation, person_id=hilde, role="hr"))
    page = world.client(Role.HR, hilde).get(_path(small)).text
    assert "Wat verandert er de komende jaren" in page
    assert f'href="/dossiers/{small.amina}"' in page


def test_nothing_is_shown_before_anything_is_written(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    client.post(_path(small, "/show"), {"shown": "yes"}, status=302)
    assert "Je hebt nog niets geschreven." in client.get(_path(small)).text


@pytest.mark.parametrize(("language", "words"), [("fr", "Dans quoi êtes-vous bon"), ("en", "What are you good at")])
def test_questions_speak_the_language_of_the_page(world: World, small: Small, language: str, words: str) -> None:
    client = world.client_of(small.owner)
    client.post("/language", {"language": language})
    assert words in client.get(_path(small, "/questions/strengths")).text


def test_a_question_can_be_said_more_simply(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    page = client.get(_path(small, "/questions/strengths?plain=1")).text
    assert "Wat kan je goed? Wat doe je graag?" in page
    moved = client.post(_path(small, "/questions/strengths?plain=1"), {"answer": "lassen"}, status=302)
    assert moved.location.endswith("plain=1")


@pytest.mark.parametrize("rest", ["", "/questions/strengths"])
def test_who_takes_no_part_finds_no_such_conversation(world: World, small: Small, rest: str) -> None:
    for role in Role.EMPLOYEE, Role.SUPERVISOR, Role.HR, Role.TRAINING, Role.ADMINISTRATOR:
        client = world.client(role, world.create_person(f"Tom {role.value}", unit_id=small.unit))
        status = 403 if role in (Role.TRAINING, Role.ADMINISTRATOR) else 404
        client.get(_path(small, rest), status=status)
        client.post(_path(small, "/show"), {"shown": "yes"}, status=status)
    world.new_client().get(_path(small, rest), status=302)


def test_a_question_that_is_not_asked_is_no_page(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    client.get(_path(small, "/questions/salary"), status=404)
    client.post(_path(small, "/questions/salary"), {"answer": "meer"}, status=404)


def test_typing_in_a_browser_keeps_the_words_without_a_button(
    world: World, small: Small, served: Callable[[Flask], str], browser: Any
) -> None:
    client = world.client_of(small.owner)
    context = browser.new_context(viewport={"width": 390, "height": 900})
    try:
        address = served(client.app)
        context.add_cookies([{"name": "pop", "value": client.cookie(), "url": address}])
        page = context.new_page()
        page.goto(address + _path(small, "/questions/strengths"))
        page.locator("#answer").press_sequentially("luisteren")
        page.get_by_text("Bewaard.").wait_for(timeout=10_000)
        assert page.locator("#answer").input_value() == "luisteren"
        assert page.locator("#answer").evaluate("one => one === document.activeElement")
    finally:
        context.close()
    assert read_preparation(small.owner, world.installation, small.conversation).answers == {"strengths": "luisteren"}
