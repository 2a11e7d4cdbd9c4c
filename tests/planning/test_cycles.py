"""The cycles that come with the product: each is read, names rules that are there, and is due as its source says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from connector.domain.cycle import PersonFacts, due_conversations
from connector.mapping_files import MappingFolders
from connector.plan_files.minimum_file import load_rules
from connector.planning.cycle_file import load_cycle

FOLDERS = MappingFolders()
TODAY = date(2026, 11, 23)


def _due(cycle: str, **facts: Any) -> list[tuple[date, date]]:
    found = due_conversations(load_cycle(FOLDERS, cycle), [PersonFacts(5, **facts)], TODAY)
    return [(one.window_from, one.window_to) for one in found if one.kind == "development_conversation"]


@pytest.mark.parametrize("name", FOLDERS.names("cycles"))
def test_every_cycle_names_rules_that_are_there(name: str) -> None:
    assert load_rules(FOLDERS, load_cycle(FOLDERS, name).rules_name).minima


def test_maatwerk_talks_within_a_month_of_the_hire_and_every_year() -> None:
    assert _due("maatwerk", hired_on=date(2026, 11, 10)) == [(date(2026, 11, 17), date(2026, 12, 10))]
    assert _due("maatwerk", hired_on=date(2020, 1, 1)) == [(date(2020, 1, 8), date(2020, 1, 31))]  # late, not forgotten
    held = {"hired_on": date(2020, 1, 1), "last_held_on": date(2026, 1, 10)}
    assert _due("maatwerk", **held) == [(date(2026, 12, 11), date(2027, 1, 10))]
    assert _due("maatwerk", hired_on=date(2020, 1, 1), last_held_on=date(2026, 6, 1)) == []


def test_a_year_as_with_the_flemish_government_begins_in_january() -> None:
    assert _due("vlaamse-overheid", hired_on=date(2015, 5, 1)) == [(date(2027, 1, 1), date(2027, 3, 31))]
    assert _due("vlaamse-overheid", hired_on=date(2026, 10, 1)) == [(date(2026, 12, 30), date(2027, 2, 28))]
    assert load_cycle(FOLDERS, "maatwerk").rules_name == "maatwerk"
    assert load_cycle(FOLDERS, "vlaamse-overheid").rules_name == "general"
