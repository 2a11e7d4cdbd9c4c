"""Whatever is written in a name, a title or an agreement stays text."""

from __future__ import annotations

import re

import pytest

from connector.domain.access import Role
from connector.domain.sheet import AgreementKind, Party
from tests.web.pages.conftest import World, promise

PAYLOADS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "'-alert(1)-'",
    "{{ 7*7 }}{% raw %}",
    "%(name)s %s %",
    "</textarea></title><svg onload=alert(1)>",
]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_is_inert_on_every_page(world: World, payload: str) -> None:
    """The checking client fails on any inline handler, script or unclosed element that would come of it."""
    unit = world.create_unit(f"afdeling {payload}")
    job = world.create_job(f"functie {payload}", {f"competentie {payload}": 75})
    boss = world.create_person(f"Baas {payload}", unit_id=unit)
    person = world.create_person(
        f"Naam {payload}", supervisor_id=boss, unit_id=unit, job_id=job, levels={f"competentie {payload}": 25}
    )
    owner, supervisor = world.actor(Role.EMPLOYEE, person), world.actor(Role.SUPERVISOR, boss)
    goals = world.create_plan(owner, f"doel {payload}", competency=f"competentie {payload}", level=75)
    world.add_private_goal(owner, payload)
    world.share(
        owner,
        goals,
        promise(f"belofte {payload}"),
        promise(f"eigen {payload}", kind=AgreementKind.FREE, owed_by=Party.EMPLOYEE, owed_to=Party.SUPERVISOR),
    )
    world.create_conversation(person, with_id=boss)
    pages = [
        world.client(Role.HR).get("/dossiers", query_string={"q": payload}),
        world.client(Role.HR).get("/dossiers"),
        world.client(Role.HR).get(f"/dossiers/{person}"),
        world.client_of(supervisor).get("/team"),
        world.client_of(supervisor).get(f"/team/{person}"),
        world.client(Role.TRAINING).get("/needs"),
        world.client_of(owner).get("/my-plan"),
        world.client_of(owner).get(f"/my-plan/goals/{goals[0]}"),
        world.client_of(owner).get("/my-plan/share"),
        world.client_of(owner).post("/my-plan/goals/new", {"what": "", "how": payload}, status=400),
    ]
    for page in pages:
        assert not re.search(r"<script>|<img src=x|<svg onload|alert\(1\)-'[^&]*\"", page.text)
        assert "49{%" not in page.text
    assert "Naam" in pages[1].text


@pytest.mark.parametrize(("address", "is_link"), [("javascript:alert(1)", False), ("https://leren.example/1", True)])
def test_only_a_web_address_of_a_training_is_a_link(world: World, address: str, is_link: bool) -> None:
    job = world.create_job("Monteur", {"lassen": 75})
    person = world.create_person("Bart", job_id=job, levels={"lassen": 25})
    world.create_training("Lassen voor starters", "lassen", url=address)
    page = world.client(Role.HR).get(f"/dossiers/{person}").text
    assert "Lassen voor starters" in page
    assert (f'href="{address}"' in page) is is_link
