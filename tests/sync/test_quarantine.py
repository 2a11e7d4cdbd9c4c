"""Records that cannot be taken: told once, ignored for a reason, corrected until a day, and read again."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from connector.domain.access import Actor, Role
from connector.errors import InputError, NotAllowedError, NotFoundError
from connector.services.connections import list_connections
from connector.services.corrections import correct_problem, end_correction, list_corrections
from connector.services.installation import Installation
from connector.services.quarantine import QuarantineEntry, find_entry, list_quarantine
from connector.services.quarantine_acts import ignore, replay, unignore
from connector.store.accounts import AuditEvent
from connector.store.people import person_cards
from connector.store.sync_plan import Watermark
from connector.store.work import DueWork
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook, dump

Sync = Callable[..., RunReport]
HR = Actor(Role.HR, employer_id=1, account_id=7)
TODAY = date(2026, 11, 23)
BAD = "4;Dries;Claes;geen adres;groen;groenarbeider;1;01/02/2020;;100"


@pytest.fixture
def bad(sync_hr: Sync, workbook: Workbook, files_installation: Installation) -> QuarantineEntry:
    """Dries is in the sheet, with an e-mail address that is none."""
    workbook.rows["mensen"].append(BAD)
    workbook.write()
    sync_hr()
    (entry,) = list_quarantine(HR, files_installation).items
    return entry


def _mails(installation: Installation, today: date = TODAY) -> dict[str, str | None]:
    with installation.store.read() as session:
        return {card.name: card.email for card in person_cards(session, 1, today).values()}


def test_a_bad_record_is_told_once_without_its_values_and_stops_nobody_else(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation, clock: Clock
) -> None:
    assert (bad.field, bad.key, bad.times) == ("email", "4", 1)
    assert bad.record["e-mail"] == "aaaa aaaaa" and bad.record["voornaam"] == "aaaaa"
    assert set(_mails(files_installation)) == {"Alice Peeters", "Bob Yılmaz", "Chloé Dujardin"}
    clock.now += timedelta(days=1)
    sync_hr()
    (again,) = list_quarantine(HR, files_installation).items
    assert (again.id, again.times) == (bad.id, 2)
    assert (again.first_seen_at.date(), again.last_seen_at.date()) == (TODAY, TODAY + timedelta(days=1))


def test_what_is_ignored_is_not_told_until_something_else_is_wrong(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    ignore(HR, files_installation, bad.id, "Dries heeft geen adres")
    report = sync_hr()
    assert list_quarantine(HR, files_installation).items == ()
    assert not [problem for problem in report.problems if problem.key == "4"]
    assert list_connections(HR, files_installation)[0].quarantine == 0
    assert find_entry(HR, files_installation, bad.id).ignored_reason == "Dries heeft geen adres"
    (kept,) = list_quarantine(HR, files_installation, ignored=None).items
    assert kept.ignored_at is not None
    workbook.rows["mensen"][-1] = BAD.replace("geen adres", f"{'a' * 260}@example.org")
    workbook.write()
    sync_hr()
    (back,) = list_quarantine(HR, files_installation).items
    assert back.ignored_reason is None
    assert back.reason != bad.reason


def test_ignoring_can_be_taken_back(bad: QuarantineEntry, files_installation: Installation) -> None:
    ignore(HR, files_installation, bad.id, "straks")
    unignore(HR, files_installation, bad.id)
    assert [entry.id for entry in list_quarantine(HR, files_installation).items] == [bad.id]
    with pytest.raises(InputError, match="reason: must have 1 to 500"):
        ignore(HR, files_installation, bad.id, "   ")


def test_a_correction_counts_from_the_next_sync_until_its_day(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation, clock: Clock
) -> None:
    until = TODAY + timedelta(days=2)
    made = correct_problem(HR, files_installation, bad.id, value="dries@example.org", until=until, reason="gebeld")
    assert "Dries Claes" not in _mails(files_installation)
    sync_hr()
    assert _mails(files_installation)["Dries Claes"] == "dries@example.org"
    assert list_quarantine(HR, files_installation).items == ()
    assert [entry.id for entry in list_corrections(HR, files_installation)] == [made.id]
    clock.now += timedelta(days=2)
    assert sync_hr().totals.quarantined == 0  # its last day
    clock.now += timedelta(days=1)
    assert sync_hr().totals.quarantined == 1
    assert list_corrections(HR, files_installation) == []
    # What was believed stays believed while nobody knows better.
    assert _mails(files_installation, until + timedelta(days=1))["Dries Claes"] == "dries@example.org"


def test_a_correction_that_a_person_ends_counts_no_longer(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation
) -> None:
    made = correct_problem(HR, files_installation, bad.id, value=None, until=TODAY, reason="heeft er geen")
    assert sync_hr().totals.new == 1
    assert _mails(files_installation)["Dries Claes"] is None
    end_correction(HR, files_installation, made.id)
    assert sync_hr().totals.quarantined == 1


def test_a_newer_correction_takes_the_place_of_an_older_one(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation
) -> None:
    for value in ("een@example.org", "twee@example.org"):
        correct_problem(HR, files_installation, bad.id, value=value, until=TODAY, reason="gebeld")
    sync_hr()
    assert _mails(files_installation)["Dries Claes"] == "twee@example.org"
    assert [entry.value for entry in list_corrections(HR, files_installation)] == ["twee@example.org"]


@pytest.mark.parametrize(
    ("options", "wrong"),
    [
        ({"value": "nog geen adres"}, "value"),
        ({"value": "x@example.org", "until": TODAY - timedelta(days=1)}, "until"),
        ({"value": "x@example.org", "until": TODAY + timedelta(days=400)}, "until"),
        ({"value": "x", "field": "salaris"}, "field"),
        ({"value": "weg", "field": "status"}, "value"),
        ({"value": None, "field": "status"}, "value"),
    ],
)
def test_a_correction_that_does_not_fit_is_refused_without_its_value(
    bad: QuarantineEntry, files_installation: Installation, options: dict[str, object], wrong: str
) -> None:
    before = dump(files_installation)
    given = {"until": TODAY, "reason": "gebeld", **options}
    with pytest.raises(InputError) as caught:
        correct_problem(HR, files_installation, bad.id, **given)  # type: ignore[arg-type]
    assert set(caught.value.problems) == {wrong}
    assert str(options["value"]) not in str(caught.value).split() or options["value"] is None
    assert dump(files_installation) == before


def test_no_value_and_no_reason_stands_in_what_is_written_down_of_it(
    bad: QuarantineEntry, files_installation: Installation
) -> None:
    correct_problem(HR, files_installation, bad.id, value="dries@example.org", until=TODAY, reason="zei zijn moeder")
    ignore(HR, files_installation, bad.id, "zei zijn moeder")
    with files_installation.store.read() as session:
        told = [(event.act, event.object, event.account_id) for event in session.scalars(select(AuditEvent))]
        work = [row.payload for row in session.scalars(select(DueWork))]
    assert told == [("correct_record", "correction:1", 7), ("ignore_problem", f"quarantine:{bad.id}", 7)]
    assert work == [{"source": "hr"}]


def test_a_record_without_a_key_cannot_be_corrected(
    sync_hr: Sync, workbook: Workbook, files_installation: Installation
) -> None:
    workbook.rows["mensen"].append(";Zonder;Nummer;;groen;groenarbeider;;;;")
    workbook.write()
    sync_hr()
    (entry,) = list_quarantine(HR, files_installation).items
    assert not entry.has_key
    with pytest.raises(InputError, match="no key of its own"):
        correct_problem(HR, files_installation, entry.id, value="x", until=TODAY, reason="r")


def test_replay_after_the_mapping_was_mended_brings_the_record_in(
    bad: QuarantineEntry, sync_hr: Sync, files_installation: Installation, workbook: Workbook, clock: Clock
) -> None:
    with files_installation.store.begin() as session:
        session.add(Watermark(source_id=1, resource="employees", stamp="2026-11-23", full_at=clock()))
    assert replay(HR, files_installation) == ["hr"]
    assert replay(HR, files_installation, "hr") == ["hr"]
    with files_installation.store.read() as session:
        (row,) = session.scalars(select(DueWork)).all()  # asked for twice, done once
        assert (row.kind, row.payload, row.due_at > clock()) == ("sync.source", {"source": "hr"}, True)
        assert session.get_one(Watermark, (1, "employees")).full_at is None  # it will be read whole
    workbook.rows["mensen"][-1] = BAD.replace("geen adres", "dries@example.org")
    workbook.write()
    sync_hr()
    assert list_quarantine(HR, files_installation).items == ()
    assert replay(HR, files_installation) == []


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING])
def test_who_may_not(bad: QuarantineEntry, files_installation: Installation, role: Role) -> None:
    actor = Actor(role, employer_id=1)
    for act in (
        lambda: list_quarantine(actor, files_installation),
        lambda: ignore(actor, files_installation, bad.id, "x"),
        lambda: replay(actor, files_installation),
        lambda: correct_problem(actor, files_installation, bad.id, value="x", until=TODAY, reason="x"),
    ):
        with pytest.raises(NotAllowedError):
            act()


def test_hr_of_another_employer_finds_nothing(bad: QuarantineEntry, files_installation: Installation) -> None:
    other = dataclasses.replace(HR, employer_id=2)
    made = correct_problem(HR, files_installation, bad.id, value="x@example.org", until=TODAY, reason="x")
    before = dump(files_installation)
    assert list_quarantine(other, files_installation).items == ()
    assert list_corrections(other, files_installation) == []
    assert replay(other, files_installation) == []
    for act in (
        lambda: ignore(other, files_installation, bad.id, "x"),
        lambda: unignore(other, files_installation, bad.id),
        lambda: replay(other, files_installation, "hr"),
        lambda: end_correction(other, files_installation, made.id),
        lambda: correct_problem(other, files_installation, bad.id, value="x", until=TODAY, reason="x"),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert dump(files_installation) == before
