"""The systems that are read, at a glance; and asking for a run without waiting for it."""

from __future__ import annotations

import dataclasses
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.services.paging import PageRequest
from connector.services.runs import list_runs
from connector.store.work import DueWork
from tests.conftest import Clock
from tests.web.pages.conftest import World
from tests.web.pages.syncing import Hr

READER = Actor(Role.HR, employer_id=1)


def _orders(hr: Hr) -> list[dict[str, Any]]:
    with hr.installation.store.read() as session:
        return [row.payload for row in session.scalars(select(DueWork).where(DueWork.kind == "sync.source"))]


def test_without_a_source_the_page_says_what_to_do(world: World) -> None:
    page = world.client(Role.ADMINISTRATOR).get("/connections").text
    assert "Er is nog geen systeem ingesteld." in page
    assert "configuratiebestand" in page


def test_a_source_that_was_never_read_asks_for_a_dry_run_first(hr: Hr) -> None:
    page = hr.administrator.get("/connections").text
    assert "Nog nooit gelezen" in page
    assert "Begin met een proefrun." in page


def test_a_source_says_how_it_is_in_words_and_numbers(hr: Hr, clock: Clock) -> None:
    hr.workbook.rows["mensen"].insert(3, "4;Dries;Claes;geen adres;groen;;;;;")
    hr.sync()
    assert "zonet" in hr.administrator.get("/connections").text
    clock.now += timedelta(hours=2)
    page = hr.administrator.get("/connections").text
    for words in ("In orde", "2 uur geleden", "maandag 23 november om 10 uur", "1 klaar", "/quarantine?source=hr"):
        assert words in page, words
    number = hr.stopped()
    page = hr.administrator.get("/connections").text
    for words in ("Wacht op een beslissing", "Er is nog niets gewijzigd.", f"/runs/{number}", "1 wacht op een"):
        assert words in page, words


@pytest.mark.parametrize(
    ("last", "words"),
    [
        (date(2026, 11, 26), "De toegang tot deze bron eindigt over 3 dagen."),
        (date(2026, 11, 23), "De toegang tot deze bron eindigt vandaag."),
        (date(2026, 11, 22), "De toegang tot deze bron is verlopen."),
        (date(2027, 11, 22), None),
    ],
)
def test_a_credential_that_ends_is_told(hr: Hr, last: date, words: str | None) -> None:
    config = hr.installation.sources["hr"]
    hr.installation.sources["hr"] = dataclasses.replace(config, credential_expires_on=last)
    page = hr.administrator.get("/connections").text
    assert words in page if words else "De toegang tot deze bron" not in page


@pytest.mark.parametrize(("act", "payload"), [("sync", {}), ("dry-run", {"dry_run": True})])
def test_a_button_puts_a_run_down_and_does_not_wait_for_it(hr: Hr, act: str, payload: dict[str, Any]) -> None:
    client = hr.administrator
    client.post(f"/connections/hr/{act}")
    client.post(f"/connections/hr/{act}")
    assert _orders(hr) == [{"source": "hr", **payload}]
    assert list_runs(READER, hr.installation, PageRequest()).total == 0
    assert "binnen een minuut" in client.get("/connections").text


def test_only_an_administrator_of_this_employer_starts_a_run(hr: Hr) -> None:
    for act in ("sync", "dry-run"):
        hr.hr.post(f"/connections/hr/{act}", status=403)
        hr.world.client(Role.ADMINISTRATOR, employer_id=2).post(f"/connections/hr/{act}", status=404)
        hr.administrator.post(f"/connections/nowhere/{act}", status=404)
        hr.administrator.post(f"/connections/hr/{act}", csrf=False, status=400)
    assert _orders(hr) == []
    assert "Lees nu" not in hr.hr.get("/connections").text
    assert "hr/sync" not in hr.world.client(Role.ADMINISTRATOR, employer_id=2).get("/connections").text
