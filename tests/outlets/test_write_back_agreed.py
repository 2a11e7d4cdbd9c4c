"""What both sides of a sheet agreed to, in the HR system: a level, a training. Never a word of the sheet."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from connector.cli.token import OPERATOR
from connector.domain.access import TIMER, Actor, Role
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.accounts import create_account
from connector.services.sharing import confirm_sheet
from connector.services.write_back_views import list_written
from connector.store.competencies import Competency, CompetencyFramework
from connector.store.hr import Training
from connector.store.plan import DevelopmentPlan
from connector.store.sheet import Agreement, AgreementSheet, SharedGoal, SheetVersion
from tests.outlets.conftest import CANARY, Office

GOAL, PROMISE = uuid.uuid4(), uuid.uuid4()


class Sheets:
    """The agreement sheet of the office's employee, version after version; the boss confirms each."""

    def __init__(self, office: Office) -> None:
        self.office = office
        now = office.clock.now
        owner_id = create_account(TIMER, office.installation, "test", "an", "An")
        with office.installation.store.begin() as session:
            plan = DevelopmentPlan(
                owner_id=owner_id,
                employer_id=office.staff.employer_id,
                scope="internal",
                orientation="action",
                cycle="general",
                step="E",
                started_on=now.date(),
            )
            framework = CompetencyFramework(code="own", version="1", name="Own", imported_at=now)
            session.add_all([plan, framework])
            session.flush()
            competency = Competency(framework_id=framework.id, code="heftruck")
            training = Training(
                employer_id=office.staff.employer_id,
                source_id=office.source_id,
                key="t1",
                title="Heftruck\nbesturen",
            )
            session.add_all([competency, training])
            session.flush()
            sheet = AgreementSheet(
                employer_id=office.staff.employer_id,
                owner_id=owner_id,
                person_id=office.person,
                plan_id=plan.id,
                created_at=now,
            )
            session.add(sheet)
            session.flush()
            self.competency_id, self.training_id, self.sheet_id = competency.id, training.id, sheet.id
        office.know("competency", self.competency_id, "21")
        levels = [(31, 50), (32, 75)]
        office.odoo.rows["hr.skill.level"] = [
            {"id": id_, "level_progress": level, "skill_type_id": [4, "Truck"], "skill_type_id.skill_ids": [21]}
            for id_, level in levels
        ]
        office.odoo.rows["ir.model"] = [{"id": 99, "model": "hr.employee"}]

    def agree(
        self, *, state: str = "reached", level: int | None = 75, due_on: date | None = None, training: bool = False
    ) -> None:
        """A new version, shared by its owner and confirmed by the boss."""
        now = self.office.clock.now
        with self.office.installation.store.begin() as session:
            number = session.query(SheetVersion).count() + 1
            for before in session.query(SheetVersion).all():
                before.superseded_at = now
            version = SheetVersion(sheet_id=self.sheet_id, number=number, shared_at=now, confirmed_by_owner_at=now)
            version.goals.append(
                SharedGoal(
                    uid=GOAL,
                    what=CANARY,
                    how=CANARY,
                    result=CANARY,
                    priority=1,
                    state=state,
                    competency_id=self.competency_id,
                    level_aimed=level,
                )
            )
            if training:
                version.agreements.append(
                    Agreement(
                        uid=PROMISE,
                        kind="cost",
                        text=CANARY,
                        owed_by="employee",
                        owed_to="supervisor",
                        due_on=due_on,
                        training_id=self.training_id,
                    )
                )
            session.add(version)
            session.flush()
            version_id = version.id
        boss = Actor(Role.SUPERVISOR, self.office.staff.employer_id, person_id=self.office.boss)
        for _ in range(2):  # agreeing again changes nothing
            confirm_sheet(boss, self.office.installation, version_id)

    @property
    def skills(self) -> list[dict[str, Any]]:
        return self.office.odoo.rows.get("hr.employee.skill", [])

    @property
    def activities(self) -> list[dict[str, Any]]:
        return self.office.odoo.rows.get("mail.activity", [])


@pytest.fixture
def sheets(office: Office) -> Sheets:
    return Sheets(office)


def test_a_level_that_was_reached_becomes_a_skill(sheets: Sheets) -> None:
    sheets.agree()
    assert sheets.office.send() == {"done": 1}
    (skill,) = sheets.skills
    assert skill.pop("id")
    assert skill == {"employee_id": 7, "skill_id": 21, "skill_type_id": 4, "skill_level_id": 32}
    assert CANARY not in "".join(sheets.office.odoo.bodies)


def test_the_level_that_odoo_had_is_changed_in_its_place(sheets: Sheets) -> None:
    had = {"id": 5, "employee_id": [7, "An"], "skill_id": [21, "Truck"], "skill_level_id": [31, "B"]}
    sheets.office.odoo.rows["hr.employee.skill"] = [had]
    sheets.agree()
    sheets.office.send()
    assert [(row["id"], row["skill_level_id"]) for row in sheets.skills] == [(5, 32)]


def test_a_goal_that_is_open_or_has_no_level_tells_nothing(sheets: Sheets) -> None:
    sheets.agree(state="open")
    sheets.agree(level=None)
    assert sheets.office.rows() == []


def test_the_same_goal_on_a_later_version_tells_nothing_more(sheets: Sheets) -> None:
    sheets.agree()
    sheets.agree()
    assert len(sheets.office.rows()) == 1


def test_a_level_that_odoo_does_not_have_is_not_guessed(sheets: Sheets) -> None:
    sheets.agree(level=60)
    assert sheets.office.send() == {"done": 1}
    assert sheets.skills == []
    (written,) = list_written(OPERATOR, sheets.office.installation)
    assert written.note == "not sent: skill_level_id is not known"


def test_a_training_that_was_agreed_becomes_one_activity_that_follows_its_day(sheets: Sheets) -> None:
    sheets.agree(state="open", training=True, due_on=date(2027, 3, 1))
    sheets.office.send()
    sheets.agree(state="open", training=True, due_on=date(2027, 4, 1))
    sheets.office.send()
    (activity,) = sheets.activities
    assert activity.pop("id")
    assert activity == {
        "res_model_id": 99,
        "res_id": 7,
        "summary": "Heftruck besturen",
        "note": f"pop-training-{PROMISE}",
        "date_deadline": "2027-04-01",
    }
    assert CANARY not in "".join(sheets.office.odoo.bodies)


OF_19 = """
title = "Levels that are closed"
kind = "hr"
protocol = "jsonrpc"
grade = "paper"
[resources.employees]
key = "id"
read = { model = "hr.employee", fields = ["name"] }
"""


def test_where_levels_are_dated_the_old_one_is_closed_first(make_office: Callable[..., Office], tmp_path: Path) -> None:
    """The tables of Odoo 19, which speaks another protocol: its levels are closed, not changed."""
    shipped = (SHIPPED / "hr" / "odoo-19.toml").read_text(encoding="utf-8")
    tables = shipped[shipped.index("[[write]]") :]
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "dated.toml").write_text(OF_19 + tables, encoding="utf-8")
    office = make_office("hr/dated", mappings=MappingFolders(tmp_path))
    sheets = Sheets(office)
    had = {"id": 5, "employee_id": 7, "skill_id": 21, "skill_level_id": 31, "skill_level_id.level_progress": 50}
    office.odoo.rows["hr.employee.skill"] = [had]
    sheets.agree()
    office.send()
    assert [(row["id"], row.get("valid_from"), row.get("valid_to")) for row in sheets.skills] == [
        (5, None, "2026-11-22"),
        (1001, "2026-11-23", None),
    ]
    sheets.skills[1]["skill_level_id.level_progress"] = 75
    office.clock.now += timedelta(days=30)
    sheets.agree(level=50)
    office.send()
    assert [(row["id"], row.get("valid_from"), row.get("valid_to")) for row in sheets.skills] == [
        (5, None, "2026-11-22"),
        (1001, "2026-11-23", "2026-12-22"),
        (1002, "2026-12-23", None),
    ]
