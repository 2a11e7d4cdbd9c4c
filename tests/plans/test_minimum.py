"""What rules ask of a plan, on which day; what a wrong file is told; and that two employers ask different things."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from connector.domain.minimum import Element, Minimum, Orientation, minimum_on
from connector.domain.plan import GoalSummary, elements, missing_elements
from connector.errors import MappingError
from connector.mapping_files import MappingFile, MappingFolders
from connector.plan_files.minimum_file import RuleSet, load_rules, read_rules

HEAD = """
title = "Regels"
source = "een bron die lang genoeg is"
checked_on = 2026-11-22
certainty = "A"
"""
ACTION = '[[minimum]]\norientation = "action"\nelements = ["goal", "action_plan"]\n'


def _rules(text: str) -> RuleSet:
    return read_rules(MappingFile("rules", "x", Path("x.toml"), tomllib.loads(HEAD + text), "digest"))


@pytest.mark.parametrize("name", MappingFolders().names("rules"))
def test_every_set_of_rules_says_something_of_both_kinds_of_plan(name: str) -> None:
    rules = load_rules(MappingFolders(), name)
    assert all(minimum_on(rules.minima, orientation, date(2026, 11, 23)).elements for orientation in Orientation)
    assert len(rules.source) > 40


def test_a_reflective_plan_needs_no_action_plan_but_in_maatwerk() -> None:
    general, maatwerk = (load_rules(MappingFolders(), name).minima for name in ("general", "maatwerk"))
    day = date(2026, 11, 23)
    assert Element.ACTION_PLAN not in minimum_on(general, Orientation.REFLECTIVE, day).elements
    assert minimum_on(maatwerk, Orientation.REFLECTIVE, day).activities == 2


@pytest.mark.parametrize(("activities", "is_enough"), [((1,), False), ((2,), True), ((1, 1), True), ((0,), False)])
def test_two_improvement_actions_may_stand_at_one_goal_or_two(activities: tuple[int, ...], is_enough: bool) -> None:
    goals = tuple(GoalSummary(True, count, count, 0) for count in activities)
    assert elements(goals, activities=2)[Element.ACTION_PLAN] is is_enough


def test_activities_that_nobody_can_follow_are_no_action_plan() -> None:
    minimum = Minimum(Orientation.ACTION, (Element.GOAL, Element.ACTION_PLAN), 2)
    found = elements((GoalSummary(True, 3, 2, 1), GoalSummary(True, 1, 1, 0)), activities=minimum.activities)
    assert missing_elements(minimum, found) == (Element.ACTION_PLAN,)


def test_rules_that_change_hold_each_in_their_time() -> None:
    rules = _rules(ACTION + "valid_to = 2026-12-31\n" + ACTION.replace('"goal", ', "") + "valid_from = 2027-01-01\n")
    assert Element.GOAL in minimum_on(rules.minima, Orientation.ACTION, date(2026, 12, 31)).elements
    assert Element.GOAL not in minimum_on(rules.minima, Orientation.ACTION, date(2027, 1, 1)).elements
    assert minimum_on(rules.minima, Orientation.REFLECTIVE, date(2027, 1, 1)).elements == ()


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        (ACTION + ACTION, "minimum[1].orientation", "hold on the same day"),
        (ACTION + "valid_to = 2026-01-01\n" + ACTION + "valid_from = 2026-01-01\n", "minimum[1]", "same day"),
        (ACTION + "valid_from = 2027-01-01\nvalid_to = 2026-01-01\n", "minimum[0].valid_to", "ends before"),
        (ACTION.replace("action_plan", "plan"), "minimum[0].elements", "Must be one of"),
        (ACTION.replace(', "action_plan"', "") + "activities = 2\n", "minimum[0].activities", "no action plan"),
        (ACTION + "activities = 0\n", "minimum[0].activities", "greater than or equal to 1"),
        (ACTION + "colour = 1\n", "minimum[0].colour", "Unknown field"),
        ("minimum = []\n", "minimum", "Shorter than minimum length"),
    ],
)
def test_a_wrong_line_is_named(text: str, place: str, what: str) -> None:
    with pytest.raises(MappingError, match=what) as caught:
        _rules(text)
    assert caught.value.where.startswith(f"rules/x.toml: {place}")
