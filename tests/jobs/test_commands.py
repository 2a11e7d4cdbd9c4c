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
    listed = pop("conversations", "list", "acme", "--days", "200").stdout
    assert "An Peeters, Chris Baas" in listed
    assert "unplanned: no_supervisor" in listed
    done = pop("jobs", "--once")
    assert (done.exit_code, "To be tried again: 0. Parked for a person: 0." in done.stdout) == (0, True)
    assert len(list((tmp_path / "mail").iterdir())) == 2
    assert pop("work", "list").stdout == "Nothing waits for a person.\n"


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
        (("work", "retry", "x"), "pop: x:0: there is no such parked row"),
    ],
)
def test_what_is_not_there_gets_a_sentence(pop: Callable[..., Result], words: tuple[str, ...], said: str) -> None:
    result = pop(*words)
    assert result.exit_code == 1
    assert said in result.stderr
