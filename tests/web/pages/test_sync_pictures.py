"""The pages about syncing in a real browser, on a desk and on a phone: full, with long names, in every state."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask

from connector.domain.access import Actor, Role
from connector.services.corrections import correct
from connector.services.quarantine import list_quarantine
from connector.services.quarantine_acts import ignore
from connector.store.sync_state import Scan, SyncRun
from tests.conftest import Clock
from tests.web.pages.syncing import Hr
from tests.web.pages.test_pictures import LONG, WIDTHS, cut_off

ADMINISTRATOR = Actor(Role.ADMINISTRATOR, employer_id=1)
LANGUAGES = {"desk": "nl", "phone": "fr"}  # French has the longest words, where there is the least room
PAGES = {
    "connections": "/connections",
    "runs": "/runs",
    "a stopped run": "/runs/{stopped}",
    "allow": "/runs/{stopped}/allow",
    "a run": "/runs/2",
    "a run at work": "/runs/{running}",
    "quarantine": "/quarantine",
    "a problem": "/quarantine/{problem}",
    "review": "/review",
    "joined": "/review/joined",
    "trail": "/trail?source=hr&key=3",
    "nobody": "/trail?key=987654",
}


@pytest.fixture
def full(hr: Hr, clock: Clock) -> dict[str, int]:
    """Everything that a page can show, at once; gives the numbers that the addresses need."""
    config = hr.installation.sources["hr"]
    hr.installation.sources["hr"] = dataclasses.replace(config, credential_expires_on=date(2026, 12, 5))
    people = hr.workbook.rows["mensen"]
    people.insert(3, "4;Dries;Claes;geen adres;groen;groenarbeider;1;31/02/2020;;")
    people.insert(3, f"5;{LONG[:90]};{LONG[:90]};;{LONG};;;;;")
    hr.sync()
    clock.now += timedelta(hours=3)
    people[1] = f"2;Robert;{LONG[:90]};bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    people[2] = f"3;Chloé;Dujardin;{LONG[:60]}@example.org;{LONG};ploegbaas;1;2026-01-05;2026-12-31;50"
    people.append("99;Alice;Peeters;alice@example.org;groen;;;;;")
    hr.sync()
    clock.now += timedelta(hours=3)
    people[0] = "1;Alice;Peeters;alice.p@example.org;groen;ploegbaas;;01/02/2020;;90"
    people.pop()
    stopped = hr.stopped()
    problem, other, *_ = list_quarantine(ADMINISTRATOR, hr.installation).items
    ignore(ADMINISTRATOR, hr.installation, other.id, f"mag zo blijven {LONG}")
    correct(
        ADMINISTRATOR,
        hr.installation,
        "hr",
        "employees",
        "3",
        field="location",
        value=LONG,
        until=date(2027, 1, 5),
        reason=f"verhuisd {LONG}",
    )
    with hr.installation.store.begin() as session:
        run = SyncRun(source_id=1, state="running", phase="read", started_at=clock(), mapping_digest="d", counts={})
        session.add(run)
        session.flush()
        scan = {"total": 480, "counts": {"received": 120, "read": 120}, "started_at": clock()}
        session.add(Scan(run_id=run.id, resource="employees", state="running", **scan))
        return {"stopped": stopped, "problem": problem.id, "running": run.id}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_pages_about_syncing_are_in_order(
    hr: Hr,
    full: dict[str, int],
    served: Callable[[Flask], str],
    browser: Any,
    check_in_browser: Callable[..., None],
    width: str,
) -> None:
    client = hr.administrator
    client.post("/language", {"language": LANGUAGES[width]})
    context = browser.new_context(viewport={"width": WIDTHS[width], "height": 900})
    try:
        address = served(client.app)
        context.add_cookies([{"name": "pop", "value": client.cookie(), "url": address}])
        page = context.new_page()
        blocked: list[str] = []
        page.on("console", lambda message: blocked.append(message.text) if message.type == "error" else None)
        for name, path in PAGES.items():
            page.goto(address + path.format(**full))
            assert page.locator("h1").count() == 1
            page.evaluate("() => document.querySelectorAll('details').forEach(one => { one.open = true })")
            page.evaluate("() => Promise.all(document.getAnimations().map(one => one.finished))")
            if folder := os.environ.get("POP_TEST_PICTURES"):
                page.screenshot(path=f"{folder}/sync {name}-{width}.png", full_page=True)
            check_in_browser(page)
            assert cut_off(page) == [], name
        assert [text for text in blocked if "404" not in text] == []  # nobody has that number: the browser says so
    finally:
        context.close()


def test_a_run_at_work_follows_itself(
    hr: Hr, full: dict[str, int], served: Callable[[Flask], str], browser: Any
) -> None:
    """The page asks again by itself, and stops asking when the run is over."""
    client = hr.administrator
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    try:
        address = served(client.app)
        context.add_cookies([{"name": "pop", "value": client.cookie(), "url": address}])
        page = context.new_page()
        page.goto(f"{address}/runs/{full['running']}")
        assert page.get_by_text("120 van 480").is_visible()
        with hr.installation.store.begin() as session:
            session.get_one(SyncRun, full["running"]).state = "failed"
        page.get_by_text("Deze run is mislukt.").wait_for(timeout=15_000)
        assert [page.locator(one).count() for one in ("#run", "h1", "header", "main")] == [1, 1, 1, 1]
        assert page.locator("[hx-trigger]").count() == 0
    finally:
        context.close()
