"""`pop conversations`, `pop jobs --once` and `pop work` as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector.cli import main
from connector.store.hr import PersonDetails
from connector.store.sealed import MasterKey
from tests.work.staff import Staff


@pytest.fixture
def pop(tmp_path: Path, staff: Staff) -> Callable[..., Result]:
    MasterKey.create(tmp_path / "master.key")
    config = tmp_path / "config.toml"
    config.write_text(
        f'[database]\nurl = "{staff.installation.store.url}"\n[organisations.acme]\nname = "Maatwerk De Schakel"\n',
        encoding="utf-8",
    )
    return lambda *words: CliRunner().invoke(main, ["--config", str(config), *words])


def test_conversations_are_planned_held_back_released_sent_and_listed(
    pop: Callable[..., Result], staff: Staff, tmp_path: Path
) -> None:
    soon = (staff.installation.today() + timedelta(days=50)).replace(day=1)
    boss = staff.add("Chris Baas", hired_on=(soon + timedelta(days=150)).replace(day=1, year=2018))
    staff.add("An Peeters", supervisor=boss, hired_on=soon.replace(year=2018))
    staff.add("Bo Zonder", hired_on=soon.replace(year=2018), pattern="wisselend")
    report = json.loads(pop("conversations", "plan", "acme", "--hold", "--json").stdout)
    assert report == {
        "planned": 1,
        "unplanned": {"no_supervisor": 1},
        "invitations": 0,
        "without_address": 0,
        "patterns_not_understood": 0,
    }
    assert pop("conversations", "release", "acme").stdout == "Invitations: 2.\n"
    listed = pop("conversations", "list", "acme").stdout
    assert "An Peeters, Chris Baas" in listed
    done = pop("jobs", "--once")
    assert (done.exit_code, "To be tried again: 0. Parked for a person: 0." in done.stdout) == (0, True)
    assert len(list((tmp_path / "mail").iterdir())) == 2
    assert pop("work", "list").stdout == "Nothing waits for a person.\n"


def test_who_has_no_slot_is_named_with_the_reason_in_words(pop: Callable[..., Result], staff: Staff) -> None:
    today = staff.installation.today()
    staff.add("Bo Zonder", hired_on=(today + timedelta(days=115)).replace(day=1, year=2018))
    boss = staff.add("Chris Baas", hired_on=(today + timedelta(days=200)).replace(day=1, year=2018))
    away = staff.add("Dé İnce", supervisor=boss, hired_on=today.replace(day=min(today.day, 28), year=2018))
    staff.absent(away, today - timedelta(days=1), None)
    said = pop("conversations", "plan", "acme").stdout
    assert "Without a slot: 2.\n" in said
    no_supervisor = "Bo Zonder (development conversation): the HR system names no supervisor; fill it in there."
    not_free = "Dé İnce (development conversation): the employee has no free time in this period."
    assert f"  {no_supervisor}\n" in said
    assert f"  {not_free}\n" in said
    for days in ((), ("--days", "7")):
        listed = " ".join(pop("conversations", "list", "acme", *days).stdout.split())
        assert "without a slot: the HR system names no supervisor; fill it in there" in listed
        assert "Bo Zonder" in listed
        assert "no_supervisor" not in listed


def test_an_employer_without_conversations_gets_an_answer(pop: Callable[..., Result]) -> None:
    assert pop("conversations", "list", "acme").stdout == "none\n"


def test_a_conversation_at_the_end_of_the_horizon_is_listed(pop: Callable[..., Result], staff: Staff) -> None:
    hired = staff.installation.today() + timedelta(days=118)  # the window opens 30 days before its return
    boss = staff.add("Chris Baas", hired_on=None)
    staff.add("An Peeters", supervisor=boss, hired_on=hired.replace(day=min(hired.day, 28), year=2018))
    pop("conversations", "plan", "acme")
    assert "An Peeters, Chris Baas" in pop("conversations", "list", "acme").stdout


def test_a_parked_mail_is_listed_with_its_reason_and_tried_again(
    pop: Callable[..., Result], staff: Staff, plan_teams: Callable[[int, int], int], tmp_path: Path
) -> None:
    plan_teams(1, 1)
    (row, _) = staff.outbox("invitation")
    details = {"display_name": "An", "email": "geen adres"}
    staff.believe(PersonDetails, row.payload["person_id"], details, date(2026, 1, 1))
    pop("jobs", "--once")
    (parked,) = json.loads(pop("work", "list", "--json").stdout)
    assert (parked["kind"], parked["id"]) == ("invitation", row.id)
    assert parked["reason"] == "RecordError: email: this is not an e-mail address (tried: found other text)"
    staff.believe(
        PersonDetails, row.payload["person_id"], {"display_name": "An", "email": "an@acme.example"}, date(2026, 1, 1)
    )
    assert pop("work", "retry", f"outbox:{row.id}").exit_code == 0
    pop("jobs", "--once")
    assert len(list((tmp_path / "mail").iterdir())) == 2


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            ("conversations", "plan", "nobody"),
            "pop: nobody: no organisation of the settings has this code. Use one of: acme.",
        ),
        (("work", "retry", "outbox:9"), "pop: outbox:9: there is no such parked row"),
        (("work", "retry", "mail:9"), "pop: mail:9: there is no such parked row"),
    ],
)
def test_what_is_not_there_gets_a_sentence(pop: Callable[..., Result], words: tuple[str, ...], said: str) -> None:
    result = pop(*words)
    assert result.exit_code == 1
    assert said in result.stderr


@pytest.mark.parametrize("row", ["x", "outbox", "outbox:", "outbox:x", ":3", "outbox:-1", "outbox:٣", ""])
def test_what_is_no_row_at_all_is_wrong_use(pop: Callable[..., Result], row: str) -> None:
    result = pop("work", "retry", "--", row)
    assert result.exit_code == 2
    assert "as `pop work list` names it, e.g. outbox:12" in result.stderr
