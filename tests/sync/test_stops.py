"""What stops a run, what it leaves behind, and how the next one goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.domain.access import TIMER
from connector.errors import (
    AnswerError,
    ConfigurationError,
    ConflictError,
    GuardError,
    IncompleteScanError,
    SourceUnavailableError,
)
from connector.services.installation import Installation
from connector.services.sync import run_sync
from connector.sources import files
from connector.sources.reader import Cursor, Page, ResourceRequest
from connector.store.people import person_cards
from connector.store.sync_state import RecordState, SyncRun
from connector.store.work import DueWork
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook, dump

Sync = Callable[..., RunReport]


def test_too_many_missing_at_once_waits_for_a_person(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    people = [f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.rows["mensen"] += people
    workbook.write()
    sync_hr()
    workbook.rows["mensen"] = workbook.rows["mensen"][:-6]
    workbook.write()
    with pytest.raises(GuardError, match="6 of 23 records are no longer there; more than 5"):
        sync_hr()
    with files_installation.store.read() as session:
        assert session.scalars(select(SyncRun.state).order_by(SyncRun.id)).all() == ["done", "waits"]
        missing = select(func.count()).select_from(RecordState).where(RecordState.missing_since.is_not(None))
        assert session.scalar(missing) == 0


def test_fewer_records_than_the_source_counts_conclude_nothing(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync_hr()
    real = files.FilesReader.pages

    def pages(self: files.FilesReader, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        for page in real(self, request, start):
            yield Page(page.records[:-1], page.next, page.total) if request.name == "employees" else page

    monkeypatch.setattr(files.FilesReader, "pages", pages)
    with pytest.raises(IncompleteScanError, match="the source says that it has 3"):
        sync_hr()
    with files_installation.store.read() as session:
        missing = select(func.count()).select_from(RecordState).where(RecordState.missing_since.is_not(None))
        assert session.scalar(missing) == 0


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


@pytest.mark.parametrize("killed_at", range(1, 12))
def test_a_run_that_is_killed_goes_on_and_ends_in_the_same_state(
    sync_hr: Sync,
    files_installation: Installation,
    create_installation: Callable[..., Installation],
    workbook: Workbook,
    monkeypatch: pytest.MonkeyPatch,
    killed_at: int,
) -> None:
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;;1;;;" for number in range(10, 16)]
    workbook.write()
    real = files.FilesReader.pages
    count = 0

    def pages(self: files.FilesReader, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        nonlocal count
        for page in real(self, request, start):
            count += 1
            if count == killed_at:
                raise Killed
            yield page

    with monkeypatch.context() as patched:
        patched.setattr(files.FilesReader, "pages", pages)
        with pytest.raises(Killed):
            sync_hr()
    report = sync_hr()
    assert report.number == 1
    assert report.totals.adds_up
    assert (report.resources["employees"].new, report.resources["employees"].missing) == (9, 0)
    second = sync_hr()
    assert (second.totals.new, second.totals.changed, second.totals.missing) == (0, 0, 0)
    assert len(dump(files_installation)["person"]) == 9


def test_a_run_at_work_elsewhere_is_not_disturbed(
    sync_hr: Sync, files_installation: Installation, clock: Clock
) -> None:
    sync_hr()
    with files_installation.store.begin() as session:
        session.add(
            SyncRun(
                source_id=1,
                state="running",
                started_at=clock(),
                mapping_digest="x",
                counts={},
                lease_by="another-machine:1",
                lease_until=clock().replace(hour=10),
            )
        )
    with pytest.raises(ConflictError, match="run 2 is at work"):
        sync_hr()


def test_each_mistake_gets_one_sentence_that_says_what_to_do(
    files_installation: Installation, workbook: Workbook, tmp_path: Path
) -> None:
    def error_with(path: str | None, name: str = "hr") -> str:
        config = files_installation.sources["hr"]
        connection = dataclasses.replace(config.connection, path=path)
        sources = {"hr": dataclasses.replace(config, connection=connection)}
        with pytest.raises((AnswerError, ConfigurationError, SourceUnavailableError)) as caught:
            run_sync(TIMER, dataclasses.replace(files_installation, sources=sources), name)
        return str(caught.value)

    assert "Configured are: hr" in error_with(None, "hrr")
    assert "sources.hr.path" in error_with(None)
    assert "is not there" in error_with(str(tmp_path / "nowhere"))
    (workbook.folder / "mensen.csv").write_text("nummer;voornaam;naam\n1;A;B\n", encoding="utf-8")
    sentence = error_with(str(workbook.folder))
    assert sentence == (
        "hr: mensen.csv: the column 'personeelsnummer' is missing (tried: found: nummer, 2 that look like none of "
        "ours). Give the column this heading, or change it in the mapping."
    )
    (workbook.folder / "mensen.csv").write_bytes(b"\x00\x01\x02")
    assert "not a CSV file" in error_with(str(workbook.folder))
    workbook_file = tmp_path / "boek.xlsx"
    workbook_file.write_bytes(b"PK\x03\x04 not really")
    assert "cannot be read" in error_with(str(workbook_file))


def test_the_same_people_under_other_keys_stop_before_anything_is_written(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    people = [f"{number:03};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.rows["mensen"] += people
    workbook.write()
    sync_hr()
    good = list(workbook.rows["mensen"])
    workbook.rows["mensen"] = [*good[:3], *(line.lstrip("0") for line in people)]
    workbook.write()
    with pytest.raises(GuardError) as caught:
        sync_hr()
    assert "are new where 23 were known; more than 5 at once" in str(caught.value)
    assert "known ones with other leading zeros" in str(caught.value)
    assert len(dump(files_installation)["person"]) == 23
    workbook.rows["mensen"] = good
    workbook.write()
    assert sync_hr().state == "done"


def test_a_person_may_say_yes_to_what_the_guard_stopped(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.write()
    sync_hr()
    workbook.rows["mensen"] = workbook.rows["mensen"][:-6]
    workbook.write()
    with pytest.raises(GuardError, match="pop sync apply 2"):
        sync_hr()
    report = sync_hr(accept=True)
    assert (report.state, report.totals.missing) == ("done", 6)
    assert sync_hr().state == "done"


def test_an_empty_list_where_people_were_known_ends_nobody(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.write()
    sync_hr()
    workbook.rows["mensen"] = []
    workbook.write()
    with pytest.raises(GuardError, match="of them needs a person's yes"):
        sync_hr()


def test_a_small_list_that_comes_empty_ends_nobody_either(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["mensen"] = []
    workbook.write()
    with pytest.raises(GuardError, match="all of them"):
        sync_hr()
    with files_installation.store.read() as session:
        assert not session.scalars(select(RecordState).where(RecordState.missing_since.is_not(None))).all()


def _with_people(workbook: Workbook, count: int, tail: str) -> None:
    workbook.rows["mensen"] = workbook.rows["mensen"][:3]
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;{tail}" for number in range(10, 10 + count)]
    workbook.write()


def test_many_who_get_a_last_day_at_once_stop_before_any_fact(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    _with_people(workbook, 30, ";1;;;")
    sync_hr()
    _with_people(workbook, 30, ";1;;01/11/2026;")
    for _ in range(2):  # the changes that wait must not slip through the next run either
        with pytest.raises(GuardError, match="30 of 33 people would leave; more than 5"):
            sync_hr()
        with files_installation.store.read() as session:
            assert {card.status for card in person_cards(session, 1, date(2026, 11, 23)).values()} == {"active"}
            assert not session.scalars(select(DueWork)).all()
    assert sync_hr(accept=True).state == "done"
    with files_installation.store.read() as session:
        statuses = [card.status for card in person_cards(session, 1, date(2026, 11, 23)).values()]
    assert statuses.count("left") == 30


def test_many_who_change_supervisor_at_once_stop_before_any_fact(sync_hr: Sync, workbook: Workbook) -> None:
    _with_people(workbook, 60, ";1;;;")
    sync_hr()
    _with_people(workbook, 60, ";2;;;")
    with pytest.raises(GuardError, match="60 of 63 people would change in name, number, job, unit or supervisor"):
        sync_hr()


def test_a_number_that_is_given_to_a_newcomer_opens_nobodys_record(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;;groen;groenarbeider;1;15/03/2024;01/06/2026;80"
    workbook.write()
    sync_hr()
    workbook.rows["mensen"][1] = "2;Nina;Claes;;groen;groenarbeider;3;01/11/2026;;80"
    workbook.write()
    report = sync_hr()
    assert (report.resources["employees"].waiting, report.resources["employees"].changed) == (1, 0)
    assert report.resources["employees"].adds_up
    assert "seems to speak of somebody else" in report.problems[0].reason
    with files_installation.store.read() as session:
        names = {card.name for card in person_cards(session, 1, date(2026, 11, 23)).values()}
    assert "Nina Claes" not in names and "Bob Yılmaz" in names


def test_a_marriage_or_a_rehire_is_the_same_person(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz-Peeters;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    workbook.rows["mensen"][2] = "3;Chloé;Dujardin;;groen;groenarbeider;1;2026-06-01;;50"
    workbook.write()
    assert sync_hr().resources["employees"].changed == 2


@pytest.mark.parametrize("value", ["1e999999999", "1e1000000", "NaN", "-5", "9" * 400])
def test_one_odd_value_stops_nobody_else(sync_hr: Sync, workbook: Workbook, value: str) -> None:
    workbook.rows["mensen"].append(f"4;Dirk;Claes;;groen;;;;;{value}")
    workbook.write()
    report = sync_hr()
    assert (report.state, report.resources["employees"].new, report.resources["employees"].quarantined) == (
        "done",
        3,
        1,
    )


def test_the_year_9999_means_no_end(sync_hr: Sync, files_installation: Installation, workbook: Workbook) -> None:
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;31/12/9999;80"
    workbook.write()
    assert sync_hr().resources["employees"].quarantined == 0
    with files_installation.store.read() as session:
        bob = next(card for card in person_cards(session, 1, date(2026, 11, 23)).values() if "Bob" in card.name)
    assert (bob.status, bob.left_on) == ("active", None)


def test_a_very_long_key_is_still_a_key(sync_hr: Sync, workbook: Workbook) -> None:
    workbook.rows["beoordelingen"].append(f"2;{'Heel lang ' * 25};basis;;")
    workbook.write()
    assert sync_hr().resources["ratings"].adds_up
    assert sync_hr().totals.changed == 0


def test_who_is_hired_for_a_later_day_is_planned_until_then(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"].append("4;Dirk;Claes;;groen;groenarbeider;1;01/12/2026;;")
    workbook.write()
    sync_hr()

    def status(on: date) -> str:
        with files_installation.store.read() as session:
            cards = person_cards(session, 1, on).values()
        return next(card.status for card in cards if card.name == "Dirk Claes")

    assert [status(date(2026, 11, 23)), status(date(2026, 11, 30)), status(date(2026, 12, 1))] == [
        "planned",
        "planned",
        "active",
    ]
