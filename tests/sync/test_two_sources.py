"""Two systems that know the same people: each field has one owner, the first in the settings whose mapping says it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.facts import holds
from connector.store.hr import Employment, Person, PersonDetails, Training
from connector.store.learning import TrainingRecord
from connector.store.work import DueWork
from connector.sync.plan import Mode
from connector.sync.report import RunReport

TODAY = date(2026, 11, 23)
HR = """
title = "HR"
kind = "hr"
protocol = "files"
grade = "paper"
[resources.people]
target = "employee"
key = "id"
absent = "left"
read = { sheet = "people", columns = ["id", "name", "number", "mail", "status"] }
[resources.people.fields]
display_name = { path = "name", convert = "text" }
employee_number = { path = "number", convert = "text" }
email = { path = "mail", convert = "text" }
status = { path = "status", convert = "code", codes = { yes = "active", no = "left" } }
"""
LMS = """
title = "LMS"
kind = "catalogue"
protocol = "files"
grade = "paper"
[resources.trainings]
target = "training"
key = "code"
read = { sheet = "courses", columns = ["code", "title"] }
fields = { title = "title" }
[resources.users]
target = "employee"
key = "id"
absent = "out_of_scope"
read = { sheet = "users", columns = ["id", "first", "last", "number", "mail", "lang", "state"] }
[resources.users.fields]
given_name = { path = "first", convert = "text" }
family_name = { path = "last", convert = "text" }
employee_number = { path = "number", convert = "text" }
email = { path = "mail", convert = "text" }
language = { path = "lang", convert = "language" }
status = { path = "state", convert = "code", codes = { there = "unknown", off = "left" } }
[resources.completions]
target = "completion"
key = "id"
absent = "ended"
read = { sheet = "done", columns = ["id", "user", "course", "on"] }
[resources.completions.fields]
person = { path = "user", convert = "text" }
training = { path = "course", convert = "text" }
completed_on = { path = "on", convert = "day" }
"""
HEADINGS = {
    "people": "id;name;number;mail;status",
    "courses": "code;title",
    "users": "id;first;last;number;mail;lang;state",
    "done": "id;user;course;on",
}


class Two:
    """An HR system and an LMS of one employer; HR stands first in the settings."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self._folder = folder
        self.rows = {
            "people": ["h1;Zoë Peeters;0012;zoe@acme.example;yes"],
            "courses": ["c1;Heftruck"],
            "users": ["u7;Zoë;Peeters;0012;zoe.p@lms.example;fr_BE;there", "u8;Bo;Weg;0044;bo@lms.example;en;there"],
            "done": ["d1;u7;c1;2025-03-05"],
        }

    def sync(self, *names: str) -> list[RunReport]:
        for sheet, heading in HEADINGS.items():
            text = "\n".join([heading, *self.rows[sheet]]) + "\n"
            (self._folder / f"{sheet}.csv").write_text(text, encoding="utf-8")
        return [run_sync(TIMER, self.installation, name, mode=Mode.ACCEPTED) for name in names]

    def person(self, number: str) -> tuple[str, str | None, str | None, str]:
        """Name, mail, language and status that are believed today of whoever has a number."""
        with self.installation.store.read() as session:
            details, job = session.execute(
                select(PersonDetails, Employment)
                .join(Employment, Employment.person_id == PersonDetails.person_id)
                .where(Employment.employee_number == number, holds(PersonDetails, TODAY), holds(Employment, TODAY))
            ).one()
            return details.display_name, details.email, details.language, job.status

    def people(self) -> int:
        with self.installation.store.read() as session:
            return session.scalar(select(func.count()).select_from(Person)) or 0


ZOE = ("Zoë Peeters", "zoe@acme.example", "fr", "active")
BO = ("Bo Weg", "bo@lms.example", "en", "unknown")


@pytest.fixture
def two(create_installation: Callable[..., Installation], tmp_path: Path) -> Two:
    folder, own = tmp_path / "csv", tmp_path / "own"
    folder.mkdir()
    for name, text in (("hr/first", HR), ("catalogues/second", LMS)):
        (own / name).parent.mkdir(parents=True)
        (own / f"{name}.toml").write_text(text, encoding="utf-8")
    configs = {
        name: SourceConfig(name, mapping, "acme", Connection(name=name, path=str(folder)), "Europe/Brussels")
        for name, mapping in (("hr", "hr/first"), ("lms", "catalogues/second"))
    }
    return Two(create_installation(sources=configs, mappings=MappingFolders(own)), folder)


@pytest.mark.parametrize("order", [("hr", "lms"), ("lms", "hr"), ("lms", "hr", "lms"), ("hr", "lms", "hr", "lms")])
def test_whichever_is_read_first_each_field_is_its_owners(two: Two, order: tuple[str, ...]) -> None:
    two.sync(*order)
    assert (two.people(), two.person("0012"), two.person("0044")) == (2, ZOE, BO)


def test_a_change_in_the_second_takes_only_what_is_its_own(two: Two) -> None:
    two.sync("hr", "lms")
    two.rows["users"] = ["u7;Zoetje;Peeters;0012;new@lms.example;nl;there", "u8;Bob;Weg;0044;bob@lms.example;nl;there"]
    two.sync("lms")
    assert two.person("0012") == ("Zoë Peeters", "zoe@acme.example", "nl", "active")
    assert two.person("0044") == ("Bob Weg", "bob@lms.example", "nl", "unknown")


def test_the_second_tells_nobody_that_somebody_of_the_first_left(two: Two) -> None:
    two.sync("hr", "lms")
    two.rows["users"] = [row.replace("there", "off") for row in two.rows["users"]]
    two.sync("lms")
    assert (two.person("0012")[3], two.person("0044")[3]) == ("active", "left")
    with two.installation.store.read() as session:
        told = session.scalars(select(DueWork).where(DueWork.kind == "hr.left")).all()
        names = select(PersonDetails.display_name).where(
            PersonDetails.person_id.in_([one.payload["person_id"] for one in told])
        )
        assert session.scalars(names).all() == ["Bo Weg"]


def test_a_change_in_the_first_leaves_what_only_the_second_says(two: Two) -> None:
    two.sync("hr", "lms")
    two.rows["people"] = ["h1;Zoë Peeters-Smit;0012;zps@acme.example;yes"]
    two.sync("hr")
    assert two.person("0012") == ("Zoë Peeters-Smit", "zps@acme.example", "fr", "active")


def test_who_leaves_the_second_has_left_nobody(two: Two) -> None:
    two.sync("hr", "lms")
    two.rows["users"] = ["u9;An;Smit;0045;an@lms.example;nl;there"]
    two.sync("lms")
    assert (two.person("0012"), two.person("0044")[3]) == (ZOE, "unknown")


def test_who_leaves_the_first_keeps_what_was_followed(two: Two) -> None:
    two.sync("hr", "lms")
    two.rows["people"] = ["h1;Zoë Peeters;0012;zoe@acme.example;no"]
    two.rows["done"], two.rows["users"] = [], ["u8;Bo;Weg;0044;bo@lms.example;en;there"]
    two.sync("hr", "lms")
    assert two.person("0012")[3] == "left"
    with two.installation.store.read() as session:
        kept = session.execute(
            select(Training.title, TrainingRecord.completed_on)
            .join(Training, Training.id == TrainingRecord.training_id)
            .where(holds(TrainingRecord, TODAY))
        ).all()
    assert [tuple(row) for row in kept] == [("Heftruck", date(2025, 3, 5))]
