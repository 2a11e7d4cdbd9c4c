"""What stops a run, what it leaves behind, and how the next one goes on."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
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
from connector.store.sync_state import RecordState, SyncRun
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
        "hr: mensen.csv: the column 'personeelsnummer' is missing (tried: found: nummer, voornaam, naam). "
        "Give the column this heading, or change it in the mapping."
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
    assert len(dump(files_installation)["person"]) <= 23 + 5
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
    with pytest.raises(GuardError, match="pop sync hr --accept"):
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
    with pytest.raises(GuardError, match="23 of 23"):
        sync_hr()
