"""One human, several records: who is joined, and who waits for a person."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import ConfigurationError, NotAllowedError
from connector.services.installation import EmployerConfig, Installation, SourceConfig
from connector.services.organisations import register_organisations
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.hr import Person, SourceIdentity
from connector.store.people import person_cards
from connector.store.sync_state import QuarantinedRecord, RecordState
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.sync.conftest import Workbook

Create = Callable[..., Installation]


def _second_source(workbook: Workbook, tmp_path: Path, number: str) -> SourceConfig:
    other = Workbook(tmp_path / "lms", {"mensen": [f"{number};Bobby;Yilmaz;;;;;;;"]})
    other.folder.mkdir()
    other.write()
    return SourceConfig("lms", "hr/files", "acme", Connection(name="lms", path=str(other.folder)), "Europe/Brussels")


def test_a_second_source_meets_the_same_person_by_employee_number(
    files_installation: Installation, workbook: Workbook, tmp_path: Path
) -> None:
    sources = {**files_installation.sources, "lms": _second_source(workbook, tmp_path, "2")}
    installation = dataclasses.replace(files_installation, sources=sources)
    run_sync(TIMER, installation, "hr", mode=Mode.ROUTINE)
    run_sync(TIMER, installation, "lms", mode=Mode.ROUTINE)
    with installation.store.read() as session:
        assert len(session.scalars(select(Person)).all()) == 3
        entities = session.scalars(
            select(SourceIdentity.entity_id).where(SourceIdentity.target == "employee", SourceIdentity.key == "2")
        ).all()
    assert len(entities) == 2 and len(set(entities)) == 1


def test_a_job_with_the_number_of_a_person_leads_nothing_of_that_person(
    files_installation: Installation, workbook: Workbook, tmp_path: Path
) -> None:
    """Each kind of thing counts its numbers by itself: the fourth job is not the fourth person."""
    workbook.rows["functies"] += [f"functie {number};" for number in range(3, 9)]
    workbook.write()
    sources = {**files_installation.sources, "lms": _second_source(workbook, tmp_path, "9")}
    installation = dataclasses.replace(files_installation, sources=sources)
    run_sync(TIMER, installation, "hr", mode=Mode.ROUTINE)
    run_sync(TIMER, installation, "lms", mode=Mode.ROUTINE)
    people = tmp_path / "lms" / "mensen.csv"
    people.write_text(people.read_text(encoding="utf-8").replace("Bobby", "Robert"), encoding="utf-8")
    run_sync(TIMER, installation, "lms", mode=Mode.ROUTINE)
    with installation.store.read() as session:
        names = {card.name for card in person_cards(session, 1, date(2026, 11, 23)).values()}
    assert "Robert Yilmaz" in names


@pytest.fixture
def people_file(files_installation: Installation, tmp_path: Path) -> Callable[[list[dict[str, str]]], RunReport]:
    """Sync a list of people from a JSON file whose keys are not the employee numbers."""
    own = tmp_path / "mappings" / "hr"
    own.mkdir(parents=True)
    (own / "two.toml").write_text(
        'title = "T"\nkind = "hr"\nprotocol = "files"\ngrade = "paper"\n[resources.people]\ntarget = "employee"\n'
        'key = "id"\nread = { file = "people.json", format = "json" }\n[resources.people.fields]\n'
        'display_name = "name"\nemployee_number = "number"\nstatus = "status"\n',
        encoding="utf-8",
    )
    config = SourceConfig("two", "hr/two", "acme", Connection(name="two", path=str(tmp_path)), "Europe/Brussels")
    mappings = type(files_installation.mappings)(tmp_path / "mappings")
    installation = dataclasses.replace(files_installation, sources={"two": config}, mappings=mappings)

    def sync(people: list[dict[str, str]]) -> RunReport:
        (tmp_path / "people.json").write_text(json.dumps(people), encoding="utf-8")
        return run_sync(TIMER, installation, "two", mode=Mode.ROUTINE)

    return sync


def _person(key: str, name: str, status: str = "active") -> dict[str, str]:
    return {"id": key, "name": name, "number": "7", "status": status}


def test_two_records_of_one_source_with_one_number_wait_for_a_person(
    files_installation: Installation, people_file: Callable[[list[dict[str, str]]], RunReport]
) -> None:
    people = [_person("1", "Ann Maes"), _person("2", "Ann Maes")]
    reports = [people_file(people) for _ in range(2)]
    counts = [(report.totals.new, report.totals.same, report.totals.waiting) for report in reports]
    assert counts == [(1, 0, 1), (0, 1, 1)]
    with files_installation.store.read() as session:
        waiting = session.scalars(select(QuarantinedRecord.field)).all()
        assert len(session.scalars(select(RecordState)).all()) == 1
    assert waiting == ["employee_number"]


@pytest.mark.parametrize(("name", "is_same"), [("Ann Maes", True), ("Zed Interim", False)])
def test_who_left_and_comes_back_under_a_new_record_is_the_same_person(
    files_installation: Installation,
    people_file: Callable[[list[dict[str, str]]], RunReport],
    name: str,
    is_same: bool,
) -> None:
    people_file([_person("1", "Ann Maes", "left")])
    report = people_file([_person("1", "Ann Maes", "left"), _person("2", name)])
    assert (report.totals.new, report.totals.waiting) == ((1, 0) if is_same else (0, 1))
    with files_installation.store.read() as session:
        assert len(session.scalars(select(Person)).all()) == 1
        status = next(iter(person_cards(session, 1, date(2026, 11, 23)).values())).status
    assert status == ("active" if is_same else "left")


def test_a_source_stays_with_its_employer(files_installation: Installation, create_installation: Create) -> None:
    run_sync(TIMER, files_installation, "hr", mode=Mode.ROUTINE)
    other = EmployerConfig("other", "Other", "employer", "nl", "Europe/Brussels", "BE", "general")
    config = dataclasses.replace(files_installation.sources["hr"], employer="other")
    moved = dataclasses.replace(
        files_installation, sources={"hr": config}, employers={**files_installation.employers, "other": other}
    )
    register_organisations(TIMER, moved)
    with pytest.raises(ConfigurationError, match="another employer"):
        run_sync(TIMER, moved, "hr", mode=Mode.ROUTINE)


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.SUPERVISOR, Role.HR, Role.TRAINING])
def test_only_administrators_sync(files_installation: Installation, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        run_sync(Actor(role, employer_id=1), files_installation, "hr")


def test_an_administrator_of_another_employer_may_not(files_installation: Installation) -> None:
    with pytest.raises(NotAllowedError, match="another employer"):
        run_sync(Actor(Role.ADMINISTRATOR, employer_id=99), files_installation, "hr")
