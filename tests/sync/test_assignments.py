"""Dated rows of somebody's work: history is taken over, and the future waits for its day."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.facts import holds
from connector.store.hr import Assignment, PersonDetails, SourceIdentity
from connector.store.work import DueWork
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import NOW, Clock
from tests.sync.conftest import dump

TODAY = date(2026, 11, 23)
MAPPING = """
title = "Rows"
kind = "hr"
protocol = "files"
grade = "paper"
[resources.jobs]
target = "job"
key = "name"
read = { sheet = "jobs", columns = ["name"] }
fields = { title = "name" }
[resources.people]
target = "employee"
key = "id"
read = { sheet = "people", columns = ["id", "name", "place"] }
[resources.people.fields]
display_name = "name"
employee_number = "id"
status = { value = "active" }
location = { path = "place", convert = "text" }
[resources.rows]
target = "assignment"
key = "id"
absent = "ended"
read = { sheet = "rows", columns = ["id", "who", "from", "to", "job", "boss", "share"] }
[resources.rows.fields]
person = { path = "who", convert = "text" }
effective_on = { path = "from", convert = "day" }
ends_on = { path = "to", convert = "day" }
job = { path = "job", convert = "text" }
supervisor = { path = "boss", convert = "text" }
fte = { path = "share", convert = "percent" }
"""
HEADINGS = {"jobs": "name", "people": "id;name;place", "rows": "id;who;from;to;job;boss;share"}


class Rows:
    """An employer of three people whose assignments are `rows` of a CSV file."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self._folder = folder
        self.people = ["1;Ann Ševčík;Gent", "2;Bo Weg;Gent", "3;Cas Smit;Luik"]
        self.rows: list[str] = []

    def sync(self, source: str = "hr") -> RunReport:
        (self._folder / source).mkdir(exist_ok=True)
        lines = {"jobs": ["cook", "chef", "clerk"], "people": self.people, "rows": self.rows}
        for sheet, heading in HEADINGS.items():
            text = "\n".join([heading, *lines[sheet]]) + "\n"
            (self._folder / source / f"{sheet}.csv").write_text(text, encoding="utf-8")
        return run_sync(TIMER, self.installation, source, mode=Mode.ACCEPTED)

    def work(self, day: date = TODAY, name: str = "Ann Ševčík", known_at: datetime | None = None) -> Assignment | None:
        """What is believed of somebody's work on a day, or was believed of it at a moment."""
        with self.installation.store.read() as session:
            who = select(PersonDetails.person_id).where(PersonDetails.display_name == name).scalar_subquery()
            return session.scalar(
                select(Assignment).where(Assignment.person_id == who, holds(Assignment, day, known_at))
            )

    def job(self, day: date = TODAY, name: str = "Ann Ševčík", known_at: datetime | None = None) -> str | None:
        return self._key("job", getattr(self.work(day, name, known_at), "job_id", None))

    def jobs(self, *days: str) -> list[str | None]:
        return [self.job(date.fromisoformat(day)) for day in days]

    def bosses(self, *days: str) -> list[str | None]:
        rows = [self.work(date.fromisoformat(day)) for day in days]
        return [self._key("employee", getattr(row, "supervisor_id", None)) for row in rows]

    def place(self, day: date = TODAY) -> str | None:
        return getattr(self.work(day), "location", None)

    def _key(self, target: str, entity_id: int | None) -> str | None:
        with self.installation.store.read() as session:
            is_it = (SourceIdentity.target == target) & (SourceIdentity.entity_id == entity_id)
            return session.scalar(select(SourceIdentity.key).where(is_it))

    def events(self) -> list[tuple[str, str, datetime]]:
        with self.installation.store.read() as session:
            rows = session.scalars(select(DueWork).where(DueWork.kind.like("hr.%changed")).order_by(DueWork.id))
            return [(row.kind, row.payload["on"], row.due_at) for row in rows]


@pytest.fixture
def rows(create_installation: Callable[..., Installation], tmp_path: Path) -> Iterator[Rows]:
    (tmp_path / "own/hr").mkdir(parents=True)
    (tmp_path / "own/hr/rows.toml").write_text(MAPPING, encoding="utf-8")
    folder = tmp_path / "csv"
    folder.mkdir()
    sources = {
        name: SourceConfig(name, "hr/rows", "acme", Connection(name=name, path=str(folder / name)), "Europe/Brussels")
        for name in ("hr", "other")
    }
    yield Rows(create_installation(sources=sources, mappings=MappingFolders(tmp_path / "own")), folder)


def test_history_is_taken_over_whatever_the_order_of_the_rows(rows: Rows) -> None:
    rows.rows = ["c;1;2026-03-02;;chef;3;100", "a;1;2020-01-01;2023-12-31;clerk;2;50", "b;1;2024-01-01;;cook;2;80"]
    assert rows.sync().totals.waiting == 0
    assert rows.jobs("2019-12-31", "2020-01-01", "2023-12-31", "2024-01-01", "2026-03-01", "2026-03-02") == [
        None, "clerk", "clerk", "cook", "cook", "chef",
    ]  # fmt: skip
    assert rows.bosses("2026-03-01", "2026-03-02") == ["2", "3"]
    first, now = rows.work(date(2021, 1, 1)), rows.work()
    assert first and now and (first.fte, now.fte) == (Decimal("0.5"), 1)


def test_a_row_of_the_future_is_not_today_and_holds_by_itself_from_its_day(rows: Rows, clock: Clock) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100", "b;1;2027-01-04;;chef;3;100"]
    rows.sync()
    assert rows.jobs("2026-11-23", "2027-01-03", "2027-01-04") == ["cook", "cook", "chef"]
    assert rows.events() == [
        ("hr.supervisor_changed", "2027-01-04", datetime(2027, 1, 3, 23, tzinfo=UTC)),
        ("hr.job_changed", "2027-01-04", datetime(2027, 1, 3, 23, tzinfo=UTC)),
    ]
    before = dump(rows.installation, leave_out=("sync_run", "scan", "scan_page"))
    clock.now = NOW + timedelta(days=60)
    rows.sync()
    assert dump(rows.installation, leave_out=("sync_run", "scan", "scan_page")) == before, (
        "told twice, or written twice"
    )


def test_a_change_of_today_is_told_in_the_run_that_brings_it_and_history_is_no_news(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100"]
    rows.sync()
    assert rows.events() == []
    rows.rows = ["a;1;2020-01-01;;cook;2;100", "z;1;2019-01-01;2019-12-31;clerk;3;100", "b;1;2026-11-16;;cook;3;100"]
    rows.sync()
    assert rows.events() == [("hr.supervisor_changed", "2026-11-23", NOW)]


def test_what_another_system_says_at_first_is_no_news(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100"]
    rows.sync()
    rows.rows = ["a;1;2026-11-16;;chef;2;100"]
    rows.sync("other")
    assert rows.jobs("2026-11-15", "2026-11-16") == ["cook", "chef"]
    assert rows.events() == []


def test_what_will_no_longer_happen_is_not_told_on_its_day(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100", "b;1;2027-01-04;;chef;2;100"]
    rows.sync()
    rows.rows[1] = "b;1;2027-02-01;;chef;2;100"
    rows.sync()
    assert [(kind, on) for kind, on, _ in rows.events()] == [("hr.job_changed", "2027-02-01")]
    rows.rows.pop()
    rows.sync()
    assert rows.events() == []
    assert rows.jobs("2027-03-01") == ["cook"]


def test_of_rows_of_one_day_the_highest_key_counts_and_the_other_comes_back_when_it_goes(rows: Rows) -> None:
    rows.rows = ["1/10;1;2024-01-01;;chef;2;100", "1/9;1;2024-01-01;;cook;2;100"]
    rows.sync()
    assert rows.jobs("2024-01-01") == ["chef"]
    rows.rows.append("1/8;1;2024-01-01;;clerk;2;100")
    rows.sync()
    assert rows.jobs("2024-01-01") == ["chef"]
    rows.rows = rows.rows[1:]
    rows.sync()
    assert rows.jobs("2024-01-01") == ["cook"]


def test_a_row_that_ends_uncovers_the_one_before_it(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100", "b;1;2024-01-01;2024-06-30;chef;2;100"]
    rows.sync()
    assert rows.jobs("2024-06-30", "2024-07-01") == ["chef", "cook"]
    rows.rows.append("c;1;2024-03-01;2024-03-31;clerk;2;100")
    rows.sync()
    assert rows.jobs("2024-02-29", "2024-03-31", "2024-04-01", "2024-07-01") == ["chef", "clerk", "chef", "cook"]


def test_a_row_that_is_gone_is_corrected_and_what_was_believed_stays_recorded(rows: Rows, clock: Clock) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100", "b;1;2026-03-01;;chef;3;100"]
    rows.sync()
    clock.now = NOW + timedelta(hours=1)
    rows.rows.pop()
    rows.sync()
    assert rows.jobs("2026-02-28", "2026-03-01", "2026-11-23") == ["cook", "cook", "cook"]
    assert [rows.job(date(2026, 3, 1), known_at=moment) for moment in (NOW, clock.now)] == ["chef", "cook"]
    rows.rows = []
    rows.sync()
    assert rows.jobs("2020-01-01", "2026-11-23") == [None, None]


def test_a_row_that_speaks_of_somebody_else_from_now_on_leaves_the_first(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100"]
    rows.sync()
    rows.rows = ["a;3;2020-01-01;;cook;2;100"]
    rows.sync()
    assert (rows.job(), rows.job(name="Cas Smit")) == (None, "cook")


def test_rows_and_the_employee_record_leave_each_others_fields_alone(rows: Rows, clock: Clock) -> None:
    rows.rows = ["a;1;2020-01-01;;cook;2;100"]
    rows.sync()
    clock.now = NOW + timedelta(days=2)
    rows.people[0] = "1;Ann Ševčík;Brugge"
    rows.sync()
    later = TODAY + timedelta(days=2)
    assert (rows.place(later), rows.job(later), rows.place()) == ("Brugge", "cook", "Gent")
    rows.rows = ["a;1;2020-01-01;;chef;2;100"]
    rows.sync()
    assert (rows.place(later), rows.job(later), rows.place()) == ("Brugge", "chef", "Gent")
    rows.rows = []
    rows.sync()
    assert (rows.place(later), rows.job(later)) == ("Brugge", None)


def test_a_new_row_of_the_past_leaves_today_alone(rows: Rows, clock: Clock) -> None:
    rows.rows = [
        "a;1;2020-01-01;2023-12-31;cook;2;100",
        "b;1;2024-01-01;2026-11-01;cook;2;100",
        "c;1;2026-11-25;;chef;2;100",
    ]
    rows.sync()
    rows.rows.append("d;1;2018-01-01;2018-12-31;clerk;2;100")  # nothing shows of b but that cook goes on
    rows.sync()
    assert rows.jobs("2018-12-31", "2019-01-01", "2024-01-01", "2026-11-25") == ["clerk", None, "cook", "chef"]
    clock.now = NOW + timedelta(days=2)
    rows.people[0] = "1;Ann Ševčík;Brugge"  # all of what c said is believed because of this record now
    rows.sync()
    rows.rows.append("e;1;2019-01-01;2019-12-31;clerk;2;100")
    rows.sync()
    assert rows.jobs("2019-12-31", "2024-01-01", "2026-11-25") == ["clerk", "cook", "chef"]


def test_a_row_of_nobody_waits_and_is_laid_when_the_person_comes(rows: Rows) -> None:
    rows.rows = ["a;4;2020-01-01;;cook;1;100"]
    assert rows.sync().resources["rows"].waiting == 1
    rows.people.append("4;Dé Nieuw;Gent")
    assert rows.sync().resources["rows"].waiting == 0
    assert rows.job(name="Dé Nieuw") == "cook"


def test_a_row_that_ends_before_it_begins_is_quarantined(rows: Rows) -> None:
    rows.rows = ["a;1;2020-01-02;2020-01-01;cook;2;100", "b;1;2021-01-01;2021-01-01;cook;2;100"]
    assert rows.sync().resources["rows"].quarantined == 1
    assert rows.jobs("2021-01-01", "2021-01-02") == ["cook", None]
