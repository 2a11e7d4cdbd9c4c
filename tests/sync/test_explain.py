"""One person, step by step: what the source says, and what the next sync would make of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from connector.domain.access import Actor, Role
from connector.errors import NotAllowedError, NotFoundError
from connector.services.corrections import correct_problem
from connector.services.explain import explain, records_of
from connector.services.installation import Installation, SourceConfig
from connector.services.quarantine import list_quarantine
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.sync.conftest import Workbook, dump

Sync = Callable[..., RunReport]
ADMINISTRATOR = Actor(Role.ADMINISTRATOR, employer_id=1)
HR = Actor(Role.HR, employer_id=1)


@pytest.fixture
def synced(sync_hr: Sync, files_installation: Installation) -> Installation:
    sync_hr()
    return files_installation


def test_somebody_who_is_here_and_has_not_changed(synced: Installation) -> None:
    before = dump(synced)
    found = explain(ADMINISTRATOR, synced, "hr", "2")
    assert (found.is_reached, found.is_found, found.is_in_scope) == (True, True, True)
    assert (found.match, found.action, found.changes, found.waits) == ("key", "same", (), False)
    assert found.person is not None and found.person.name == "Bob Yılmaz"
    assert (found.last_run, [line.action for line in found.history]) == (1, ["new"])
    assert found.record["voornaam"] == "aaa"
    assert dump(synced) == before


def test_the_record_as_it_came_is_only_given_when_asked_for(synced: Installation) -> None:
    assert "Bob" not in repr(explain(ADMINISTRATOR, synced, "hr", "2").record)
    assert explain(ADMINISTRATOR, synced, "hr", "2", raw=True).record["voornaam"] == "Bob"


def test_what_a_sync_would_change_with_the_line_that_causes_it(synced: Installation, workbook: Workbook) -> None:
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;ploegbaas;1;15/03/2024;;80"
    workbook.write()
    before = dump(synced)
    found = explain(ADMINISTRATOR, synced, "hr", "2")
    assert found.action == "changed"
    line = found.changes[0]
    assert [one.field for one in found.changes] == ["job", "job_title"]
    assert (line.old, line.new, line.cause) == ("groenarbeider", "ploegbaas", "resources.employees.fields.job")
    assert dump(synced) == before


def test_somebody_the_source_does_not_hold(synced: Installation, workbook: Workbook) -> None:
    del workbook.rows["mensen"][1]
    workbook.write()
    gone = explain(ADMINISTRATOR, synced, "hr", "2")
    assert (gone.is_reached, gone.is_found, gone.match, gone.action) == (True, False, "key", None)
    nobody = explain(ADMINISTRATOR, synced, "hr", "77")
    assert (nobody.is_found, nobody.match, nobody.person_id, nobody.history) == (False, "nobody", None, ())


def test_a_source_that_does_not_answer(synced: Installation) -> None:
    config = synced.sources["hr"]
    moved = dataclasses.replace(config, connection=dataclasses.replace(config.connection, path="/nowhere"))
    found = explain(ADMINISTRATOR, dataclasses.replace(synced, sources={"hr": moved}), "hr", "2")
    assert (found.is_reached, found.is_found, found.action) == (False, None, None)
    assert "is not there" in found.connection
    assert found.person is not None and found.match == "key"


def test_a_record_in_quarantine_and_its_correction(sync_hr: Sync, synced: Installation, workbook: Workbook) -> None:
    workbook.rows["mensen"].append("4;Dries;Claes;geen adres;groen;groenarbeider;1;;;")
    workbook.write()
    sync_hr()
    found = explain(ADMINISTRATOR, synced, "hr", "4")
    assert (found.action, found.match, found.waits) == ("quarantine", "nobody", True)
    assert [entry.field for entry in found.quarantine] == ["email"]
    assert "email (e-mail): " in found.problems[0] and "geen adres" not in repr(found.problems)
    correct_problem(
        HR, synced, found.quarantine[0].id, value="dries@example.org", until=date(2026, 12, 1), reason="gebeld"
    )
    corrected = explain(ADMINISTRATOR, synced, "hr", "4")
    assert corrected.action == "new"
    assert [entry.field for entry in corrected.corrections] == ["email"]
    assert {line.field: line.new for line in corrected.changes}["email"] == "dries@example.org"
    assert len(list_quarantine(HR, synced).items) == 1  # until the next sync


def test_a_key_that_came_twice_is_in_quarantine(sync_hr: Sync, synced: Installation, workbook: Workbook) -> None:
    workbook.rows["mensen"] += ["4;Dries;Claes;;groen;;1;;;", "5;An;Maes;;groen;;1;;;", "4;Els;Smet;;groen;;1;;;"]
    workbook.write()
    for _ in range(2):  # before a run has met it, and after
        found = explain(ADMINISTRATOR, synced, "hr", "4")
        assert (found.action, found.changes, found.waits) == ("quarantine", (), True)
        assert [one.code for fault in found.faults for one in fault.told] == ["key_twice"]
        sync_hr()
    workbook.rows["mensen"][-1] = workbook.rows["mensen"][3]
    workbook.write()
    assert explain(ADMINISTRATOR, synced, "hr", "4").action == "new"  # twice the same is no problem


@pytest.mark.parametrize(
    ("line", "match", "action"),
    [
        ("2;Bobby;Yılmaz;;groen;;;15/03/2024;;", "employee_number", "new"),
        ("9;Bob;Yılmaz;bob@example.org;groen;;;15/03/2024;;", "evidence", "new"),
        ("9;Bob;Yılmaz;bob@example.org;groen;;;15/04/2025;;", "doubt", "waits"),
        ("9;Zed;Interim;;groen;;;;;", "nobody", "new"),
    ],
)
def test_how_somebody_new_would_be_found_to_be_somebody(
    synced: Installation, tmp_path: Path, line: str, match: str, action: str
) -> None:
    other = Workbook(tmp_path / "lms", {"mensen": ["8;Els;Peeters;;groen;;;;;"]})
    other.folder.mkdir()
    other.write()
    config = SourceConfig("lms", "hr/files", "acme", Connection(name="lms", path=str(other.folder)), "Europe/Brussels")
    installation = dataclasses.replace(synced, sources={**synced.sources, "lms": config})
    run_sync(ADMINISTRATOR, installation, "lms", mode=Mode.ROUTINE)
    other.rows["mensen"].append(line)
    other.write()
    before = dump(installation)
    found = explain(ADMINISTRATOR, installation, "lms", line[0])
    assert (found.match, found.action) == (match, action)
    if match in ("evidence", "doubt"):
        assert found.confidence is not None and "same_name" in {one.kind for one in found.evidence}
    assert dump(installation) == before


def test_every_record_of_an_employee_number(synced: Installation) -> None:
    assert records_of(HR, synced, "2") == [("hr", "2")]
    with pytest.raises(NotFoundError):
        records_of(HR, synced, "77")
    with pytest.raises(NotFoundError):
        records_of(dataclasses.replace(HR, employer_id=2), synced, "2")


def test_hr_reads_what_was_taken_over_but_does_not_ask_the_source(synced: Installation) -> None:
    found = explain(HR, synced, "hr", "2", live=False)
    assert (found.is_reached, found.is_found, found.match) == (None, None, "key")
    with pytest.raises(NotAllowedError):
        explain(HR, synced, "hr", "2")
    with pytest.raises(NotFoundError):
        explain(dataclasses.replace(HR, employer_id=2), synced, "hr", "2", live=False)
    with pytest.raises(NotAllowedError):
        explain(Actor(Role.SUPERVISOR, employer_id=1), synced, "hr", "2", live=False)
