"""The pages in a real browser, as wide as a desk and as narrow as a phone.

Each is full: long names, unbroken words, every state. axe finds nothing, nothing is blocked, nothing scrolls sideways.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask

from connector.domain.access import Actor, Role
from connector.domain.sheet import AgreementKind, Party
from connector.services.agreements import tick_delivered
from connector.services.budgets import set_budget
from connector.services.dossier import read_dossier
from connector.services.preparation import show_preparation, write_preparation
from connector.services.sheets import read_sheet
from connector.services.team import read_team
from tests.web.conftest import PageClient
from tests.web.pages.conftest import Small, World, promise

WIDTHS = {"desk": 1280, "phone": 390}
PAGES = {
    "dossiers": (Role.HR, "/dossiers"),
    "dossier": (Role.HR, "/dossiers/{amina}"),
    "team": (Role.SUPERVISOR, "/team"),
    "member": (Role.SUPERVISOR, "/team/{amina}"),
    "needs": (Role.TRAINING, "/needs"),
    "needs of a unit": (Role.TRAINING, "/needs?unit={unit}"),
    "my plan": (Role.EMPLOYEE, "/my-plan"),
    "a goal": (Role.EMPLOYEE, "/my-plan/goals/{goal}"),
    "share": (Role.EMPLOYEE, "/my-plan/share"),
    "preparation": (Role.EMPLOYEE, "/prepare/{conversation}"),
    "a question": (Role.EMPLOYEE, "/prepare/{conversation}/questions/improvements"),
    "preparation of the supervisor": (Role.SUPERVISOR, "/prepare/{conversation}"),
}
LONG = "Hoofdverantwoordelijkekwaliteitsbewakingenprocesopvolging" * 2


@pytest.fixture
def full(world: World, small: Small) -> Small:
    """Everything that a page can show, at once."""
    set_budget(world.actor(Role.HR), world.installation, small.unit, 2026, Decimal(500))
    world.create_training("Computer voor beginners", "Digitaal werken", price=Decimal(120), currency="EUR")
    world.create_training(LONG, "Digitaal werken", url="https://leren.example/lang")
    world.share(
        small.owner,
        [small.goal],
        promise(),
        promise("Twee dagen verlof om te leren", due_on=date(2026, 12, 24), kind=AgreementKind.TIME, amount=None),
        promise("Cursus", kind=AgreementKind.COST, owed_by=Party.HR, amount=None),
        promise(LONG, kind=AgreementKind.FREE, owed_by=Party.EMPLOYEE, owed_to=Party.SUPERVISOR, amount=None),
        promise("Een bureaustoel", due_on=date(2026, 11, 2)),
    )
    team = read_team(small.supervisor, world.installation)
    chair = next(one for one in team.promises if one.agreement.text == "Een bureaustoel")
    tick_delivered(small.supervisor, world.installation, chair.agreement.uid, date(2026, 11, 20), spent=Decimal(210))
    world.create_conversation(small.amina, at=datetime(2026, 3, 2, 9, tzinfo=UTC), state="held")
    world.create_conversation(
        small.amina, kind="follow_up", window_from=date(2027, 3, 1), window_to=date(2027, 4, 1), preparation_due_on=None
    )
    job = world.create_job(LONG)
    for number, name in enumerate(("Esra Yılmaz", "Noël De Cuyper", f"Ruth {LONG}", "Dirk Janssens", "Bo Li", "An Pe")):
        person = world.create_person(name, supervisor_id=small.katrien, unit_id=small.unit, job_id=job)
        owner = world.actor(Role.EMPLOYEE, person)
        goals = world.create_plan(owner, f"doel {number}", competency="Digitaal werken", level=75)
        world.share(owner, goals, by=small.supervisor if number % 2 else None)
        dates: dict[str, Any] = {"window_from": date(2026, 9, 1), "window_to": date(2026, 10, number + 1)}
        world.create_conversation(person, reason="days_full", state="unplanned", **dates)
    words = {"strengths": f"Luisteren.\nEn {LONG}", "improvements": "De computer", "hindrances": "De bus."}
    for actor, answers in (
        (small.owner, words),
        (small.supervisor, {"developments": "Nieuw werk", "goals_near": LONG}),
    ):
        write_preparation(actor, world.installation, small.conversation, answers)
        show_preparation(actor, world.installation, small.conversation, is_shown=True)
    for reader in (world.actor(Role.HR, name="Hilde HR"), small.supervisor):
        sheet = read_dossier(world.actor(Role.HR), world.installation, small.amina).sheet
        assert sheet is not None
        read_sheet(reader, world.installation, sheet.sheet_id)
    return small


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", PAGES)
def test_a_full_page_is_in_order(
    world: World,
    full: Small,
    served: Callable[[Flask], str],
    browser: Any,
    check_in_browser: Callable[..., None],
    name: str,
    width: str,
) -> None:
    role, path = PAGES[name]
    client = _client(world, full, role)
    blocked: list[str] = []
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": 900})
    try:
        address = served(client.app)
        context.add_cookies([{"name": "pop", "value": client.cookie(), "url": address}])
        page = context.new_page()
        page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
        page.goto(
            address + path.format(amina=full.amina, unit=full.unit, goal=full.goal, conversation=full.conversation)
        )
        assert page.locator("h1").count() == 1
        page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
        page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")
        if folder := os.environ.get("POP_TEST_PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)
        check_in_browser(page)
        assert cut_off(page) == []
        assert blocked == []
    finally:
        context.close()


def _client(world: World, small: Small, role: Role) -> PageClient:
    known: dict[Role, Actor] = {Role.SUPERVISOR: small.supervisor, Role.EMPLOYEE: small.owner}
    return world.client_of(known[role]) if role in known else world.client(role)


def cut_off(page: Any) -> list[str]:
    """The texts that stick out of their own box, of their card or of the screen."""
    found: list[str] = page.evaluate(
        """() => {
            const sticksOut = e => getComputedStyle(e).display !== "inline" && e.scrollWidth > e.clientWidth + 1
            const right = e => e ? e.getBoundingClientRect().right : Infinity
            const edge = e => Math.min(window.innerWidth, right(e.closest(".pop-card")))
            const kinds = ["h1", "h2", "h3", "p", "td", "th", "li", "a", "dd", "label", "button", ".ds-tag"]
            return [...document.querySelectorAll(kinds.map(kind => "main " + kind).join(","))]
                .filter(e => e.offsetParent && !e.querySelector(".ds-sr-only"))
                .filter(e => sticksOut(e) || e.getBoundingClientRect().right > edge(e) + 1)
                .map(e => e.tagName + ": " + e.textContent.trim().slice(0, 60))
        }"""
    )
    return found
