"""The invented data holds together, and writes what the mapping files read."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from connector.demo.accounts import ROLE_PEOPLE
from connector.demo.sample import Days, read_sample, rows
from connector.demo.workbook import write_catalogue, write_workbook
from connector.domain.access import Role
from connector.domain.plan import STEPS
from connector.mapping_files import MappingFolders
from connector.sources.tables import read_sheet
from connector.sync.mapping import Resource, read_mapping

TODAY = date(2026, 11, 23)


def test_sixty_people_with_supervisors_that_exist() -> None:
    people = read_sample(TODAY).people
    numbers = {person.number for person in people}
    assert len(numbers) == len(people) == 60
    assert {person.supervisor for person in people} - numbers == {None}
    assert sum(person.supervisor is None for person in people) >= 5
    assert len({person.email for person in people}) == 60
    assert all(person.email.isascii() for person in people)
    assert set("łışçĆéąŻ") & set("".join(person.name for person in people))


def test_the_buttons_are_people_who_have_something_to_show() -> None:
    sample = read_sample(TODAY)
    assert set(ROLE_PEOPLE) == set(Role) - {Role.TIMER, Role.SOURCE, Role.WATCHER}  # no people
    team = [person.number for person in sample.people if person.supervisor == ROLE_PEOPLE[Role.SUPERVISOR]]
    assert ROLE_PEOPLE[Role.EMPLOYEE] in team
    assert len(team) >= 8


def test_every_name_in_the_plans_is_known() -> None:
    sample = read_sample(TODAY)
    people = {person.number for person in sample.people}
    competencies = {row["competentie"] for row in rows("functie-competenties", Days(TODAY))}
    trainings = {row["code"] for row in rows("opleidingen", Days(TODAY))}
    assert {plan.person for plan in sample.plans} <= people
    assert {plan.step for plan in sample.plans} == set(STEPS)
    for plan in sample.plans:
        names = [goal.name for goal in plan.goals]
        assert len(set(names)) == len(names)
        for goal in plan.goals:
            assert goal.competency is None or goal.competency in competencies, goal.what
            assert {activity.training for activity in goal.activities} <= trainings | {None}
        for sheet in plan.sheets:
            assert plan.started_on <= sheet.shared_on <= TODAY
            assert set(sheet.goals) <= set(names)
            for agreement in sheet.agreements:
                assert agreement.goal is None or agreement.goal in sheet.goals, (plan.person, agreement.text)
                assert agreement.training is None or agreement.training in trainings
                assert agreement.delivered_on is None or sheet.shared_on <= agreement.delivered_on <= TODAY


def test_one_competency_is_asked_by_at_least_five_and_others_by_fewer() -> None:
    asked = Counter(
        goal.competency
        for plan in read_sample(TODAY).plans
        if plan.sheets
        for goal in plan.goals
        if goal.state == "open" and goal.name in plan.sheets[-1].goals
    )
    assert any(times >= 5 for times in asked.values())
    assert any(0 < times < 5 for times in asked.values())


def test_sixty_trainings_some_of_them_without_price_date_or_form() -> None:
    found = list(rows("opleidingen", Days(TODAY), ("start",)))
    assert len({row["code"] for row in found}) == len(found) == 60
    for heading in ("prijs", "start", "leervorm"):
        assert any(row[heading] is None for row in found), heading
    assert any(row["prijs"] == "0" for row in found)  # free is not the same as unknown
    assert {row["taal"] for row in found} == {"nl", "fr", "en"}


@pytest.mark.parametrize(
    ("family", "write"), [("hr", write_workbook), ("catalogues", write_catalogue)], ids=["hr", "catalogue"]
)
def test_the_workbooks_have_the_headings_of_the_mapping(tmp_path: Path, family: str, write: object) -> None:
    path = tmp_path / "book.xlsx"
    write(path, read_sample(date(2028, 2, 29)))  # type: ignore[operator]
    resources = read_mapping(MappingFolders().load(family, "files")).resources
    for resource in (one for one in resources if not one.read.get("may_be_missing")):
        headings = read_sheet(path, resource.read["sheet"], "test")[0]
        assert set(resource.read["columns"]) <= set(headings)
        assert set(headings) <= {*resource.read["columns"], *resource.read.get("optional", []), *_elsewhere(resource)}


def _elsewhere(resource: Resource) -> list[str]:
    """The sheet of people is read twice: for the units it names, and for the people."""
    if resource.name != "units":
        return []
    employees = next(
        one for one in read_mapping(MappingFolders().load("hr", "files")).resources if one.name == "employees"
    )
    return [*employees.read["columns"], *employees.read["optional"]]


@pytest.mark.parametrize("today", [date(2028, 2, 29), date(2026, 12, 31), date(2027, 1, 1)])
def test_days_are_counted_from_today(today: date) -> None:
    shifted = read_sample(today)
    usual = read_sample(TODAY)
    moved = (today - TODAY).days
    assert (shifted.plans[0].started_on - usual.plans[0].started_on).days == moved
    assert (shifted.people[0].row["in dienst"] - usual.people[0].row["in dienst"]).days == moved
    assert Days(today).at("") is None
    assert Days(today).at("0") == today
