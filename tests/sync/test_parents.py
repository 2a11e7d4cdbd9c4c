"""Resources that are read once per record of another one, and joined ones, also after a kill."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.errors import ResourceRefusedError
from connector.mapping_files import MappingFile
from connector.services.installation import Installation
from connector.sources.reader import Cursor, Page, Raw, ResourceRequest
from connector.store.hr import CompetencyRating
from connector.store.people import person_cards
from connector.store.sync_state import Source, SyncRun
from connector.sync import parents, staging
from connector.sync.engine import Run, SourceInfo
from connector.sync.mapping import SystemMapping, read_mapping
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import Clock

TODAY = date(2026, 11, 23)
MAPPING = """
title = "T"
kind = "hr"
protocol = "rest"
grade = "paper"
[resources.levels]
key = "id"
[resources.people]
target = "employee"
key = "id"
[resources.people.fields]
display_name = "name"
status = { value = "active" }
[resources.skills]
target = "rating"
per = "people"
key = "id"
absent = "ended"
join = [{ resource = "levels", on = "level", as = "level_found" }]
[resources.skills.fields]
person = { path = "parent.id", convert = "text" }
competency = "skill"
level = "level_found.value"
"""


class Killed(BaseException):
    """Stands for kill -9."""


class MemoryReader:
    """Pages of two from lists; may be killed at a page, or refuse a resource."""

    def __init__(self, people: int) -> None:
        self.people = [{"id": f"p{number}", "name": f"N{number}"} for number in range(people)]
        self.kill_at: int | None = None
        self.refuses: str | None = None
        self.pages_given = 0

    concurrency = 1

    def check(self) -> None:
        """Always there."""

    def probe(self, request: ResourceRequest) -> None:
        """Everything may be read."""

    def close(self) -> None:
        """Nothing to let go of."""

    def rows(self, request: ResourceRequest) -> list[Raw]:
        if request.name == "levels":
            return [{"id": "a", "value": 25}, {"id": "b", "value": 75}]
        if request.name == "people":
            return self.people
        assert request.parent is not None
        key = request.parent["id"]
        return [{"id": f"{key}-{skill}", "skill": skill, "level": "b"} for skill in ("Lassen", "Zagen", "Boren")]

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        if request.name == self.refuses:
            raise ResourceRefusedError("the login may not read this", where="memory")
        rows = self.rows(request)
        for first in range(start["row"] if start else 0, max(len(rows), 1), 2):
            self.pages_given += 1
            if self.pages_given == self.kill_at:
                raise Killed
            more = first + 2 < len(rows)
            yield Page(rows[first : first + 2], {"row": first + 2} if more else None, len(rows))


@pytest.fixture(autouse=True)
def every_page_is_a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    """A kill finds as many places to fall in as there are pages."""
    monkeypatch.setattr(staging, "_AT_MOST", 0)
    monkeypatch.setattr(parents, "_TOGETHER", 1)


@pytest.fixture
def mapping() -> SystemMapping:
    return read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(MAPPING), "digest"))


def _sync(installation: Installation, mapping: SystemMapping, reader: MemoryReader, clock: Clock) -> RunReport:
    with installation.store.begin() as session:
        if session.get(Source, 1) is None:
            session.add(Source(id=1, name="memory", employer_id=1, mapping="x", kind="hr"))
    source = SourceInfo(1, "memory", 1, "acme", "nl")
    run = Run(installation.store, source, mapping, reader, clock=clock, today=TODAY, mode=Mode.ROUTINE)
    return run()


def _levels(installation: Installation) -> list[Any]:
    with installation.store.read() as session:
        return list(session.scalars(select(CompetencyRating.level).where(CompetencyRating.recorded_to.is_(None))))


def test_each_person_is_asked_for_skills_and_their_level_is_joined(
    installation: Installation, mapping: SystemMapping, clock: Clock
) -> None:
    report = _sync(installation, mapping, MemoryReader(5), clock)
    assert (report.resources["people"].new, report.resources["skills"].new) == (5, 15)
    assert _levels(installation) == [75] * 15


def test_nothing_is_asked_about_people_out_of_scope(installation: Installation, clock: Clock) -> None:
    text = MAPPING.replace(
        "[resources.people.fields]", 'only = { path = "id", in = ["p1", "p3"] }\n[resources.people.fields]'
    )
    mapping = read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(text), "digest"))
    reader = MemoryReader(5)
    report = _sync(installation, mapping, reader, clock)
    assert (report.resources["people"].out_of_scope, report.resources["skills"].read) == (3, 6)
    assert reader.pages_given == 1 + 3 + 2 * 2  # levels, people, and two pages for each of two


def test_a_list_inside_each_record_costs_no_call(installation: Installation, clock: Clock) -> None:
    text = MAPPING.replace(
        'per = "people"\nkey = "id"', 'per = "people"\neach = "has"\nkey = "join(\'-\', [parent.id, skill])"'
    )
    mapping = read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(text), "digest"))
    reader = MemoryReader(4)
    reader.people[0]["has"] = [{"skill": "Lassen", "level": "b"}, {"skill": "Zagen", "level": "a"}, "no record"]
    reader.people[1]["has"] = {"skill": "Boren", "level": "b"}
    reader.people[2]["has"] = None
    report = _sync(installation, mapping, reader, clock)
    assert report.resources["skills"].new == 3
    assert sorted(_levels(installation)) == [25, 75, 75]
    assert reader.pages_given == 1 + 2  # levels and people
    del reader.people[0]["has"]
    assert _sync(installation, mapping, reader, clock).resources["skills"].missing == 2


@pytest.mark.parametrize("kill_at", range(1, 15))
def test_a_killed_run_with_children_ends_as_if_nothing_had_happened(
    installation: Installation, mapping: SystemMapping, clock: Clock, kill_at: int
) -> None:
    reader = MemoryReader(5)
    reader.kill_at = kill_at
    with pytest.raises(Killed):
        _sync(installation, mapping, reader, clock)
    reader.kill_at = None
    report = _sync(installation, mapping, reader, clock)
    assert (report.number, report.resources["skills"].new, report.totals.missing) == (1, 15, 0)
    assert report.totals.adds_up
    again = _sync(installation, mapping, reader, clock)
    assert (again.totals.new, again.totals.changed, again.totals.missing, again.totals.same) == (0, 0, 0, 20)
    assert _levels(installation) == [75] * 15


def test_people_who_come_between_kill_and_resume_take_nobodys_place(
    installation: Installation, mapping: SystemMapping, clock: Clock
) -> None:
    reader = MemoryReader(5)
    _sync(installation, mapping, reader, clock)
    reader.pages_given, reader.kill_at = 0, 9  # amid the skills
    with pytest.raises(Killed):
        _sync(installation, mapping, reader, clock)
    reader.kill_at = None
    del reader.people[0]
    reader.people.append({"id": "p9", "name": "New"})
    assert _sync(installation, mapping, reader, clock).resources["skills"].missing == 0


def test_an_unavailable_resource_is_not_an_empty_one(
    installation: Installation, mapping: SystemMapping, clock: Clock
) -> None:
    reader = MemoryReader(5)
    _sync(installation, mapping, reader, clock)
    reader.refuses = "skills"
    reader.people.append({"id": "p9", "name": "New"})
    with pytest.raises(ResourceRefusedError):
        _sync(installation, mapping, reader, clock)
    assert _levels(installation) == [75] * 15
    with installation.store.read() as session:
        assert len(person_cards(session, 1, TODAY)) == 6
        assert session.scalars(select(SyncRun.state).order_by(SyncRun.id)).all() == ["done", "failed"]
