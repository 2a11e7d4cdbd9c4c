"""Which conversations are due, and under which key; and what a wrong cycle file is told."""

from __future__ import annotations

import copy
import tomllib
import uuid
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.cycle import Anchor, GoalFacts, PersonFacts, Window, due_conversations
from connector.errors import MappingError
from connector.mapping_files import MappingFile, MappingFolders
from connector.planning.cycle_file import load_cycle, read_cycle

CYCLE = load_cycle(MappingFolders(), "general")
TODAY = date(2026, 11, 23)
GOAL = GoalFacts(uuid.UUID(int=7), "open", date(2026, 6, 1), date(2026, 12, 1))


def due(today: date = TODAY, **facts: Any) -> list[tuple[str, date, date]]:
    return [
        (one.key, one.window_from, one.window_to) for one in due_conversations(CYCLE, [PersonFacts(5, **facts)], today)
    ]


def occasions(today: date = TODAY, **facts: Any) -> list[str]:
    return [key.split(":", 1)[1] for key, _, _ in due(today, **facts)]


def test_the_general_cycle_has_the_kinds_and_lengths_of_the_product() -> None:
    assert {rule.kind: (rule.minutes, rule.preparation_days) for rule in CYCLE.rules} == {
        "development_conversation": (90, 7),
        "follow_up": (45, None),
        "plan_evaluation": (60, None),
    }


def test_a_newcomer_talks_two_to_four_months_after_the_hire() -> None:
    hired = date(2026, 10, 1)
    assert due(hired_on=hired) == [
        ("general:development_conversation:5:hired-2026-10-01", hired + timedelta(60), hired + timedelta(120))
    ]


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"hired_on": date(2019, 12, 20)}, ["development_conversation:5:year-2026"]),
        ({"hired_on": date(2019, 10, 20)}, []),
        ({"hired_on": date(2019, 10, 25)}, ["development_conversation:5:year-2026"]),
        ({"hired_on": date(2020, 2, 29)}, ["development_conversation:5:year-2027"]),
        ({"hired_on": date(2026, 7, 1)}, []),
        ({}, ["development_conversation:5:year-2026"]),
        ({"last_held_on": date(2026, 1, 15)}, ["development_conversation:5:after-2026-01-15"]),
        ({"last_held_on": date(2022, 1, 15)}, ["development_conversation:5:after-2022-01-15"]),
        ({"last_held_on": date(2026, 9, 15), "hired_on": date(2019, 12, 20)}, []),
        (
            {"last_held_on": date(2026, 9, 15), "job_changed_on": TODAY},
            ["development_conversation:5:job-2026-11-23"],
        ),
        ({"hired_on": date(2019, 12, 20), "open_kinds": frozenset({"development_conversation"})}, []),
    ],
)
def test_the_first_window_with_a_known_day_decides(facts: dict[str, Any], expected: list[str]) -> None:
    assert occasions(**facts) == expected


@pytest.mark.parametrize(
    ("goal", "expected"),
    [
        (GOAL, {"plan_evaluation"}),
        (replace(GOAL, target_on=date(2027, 5, 1)), {"follow_up"}),
        (replace(GOAL, target_on=date(2027, 9, 1), follow_up_on=date(2026, 12, 10)), {"follow_up"}),
        (replace(GOAL, target_on=date(2026, 1, 1)), {"plan_evaluation"}),
        (replace(GOAL, target_on=None), set()),
        (replace(GOAL, target_on=None, evaluation_on=date(2026, 12, 1)), {"plan_evaluation"}),
        (replace(GOAL, state="dropped"), set()),
        (replace(GOAL, state="reached", follow_up_on=date(2026, 12, 10)), {"plan_evaluation"}),
    ],
)
def test_goals_ask_a_follow_up_and_an_evaluation(goal: GoalFacts, expected: set[str]) -> None:
    held = {"last_held_on": TODAY, "goals": (goal,)}
    assert {key.split(":")[1] for key, _, _ in due(**held)} == expected
    assert all(key.endswith(f":goal-{goal.uid}") for key, _, _ in due(**held))


_days = st.dates(date(2000, 1, 1), date(2030, 12, 31))


@given(_days, st.one_of(st.none(), _days), st.one_of(st.none(), _days), st.integers(min_value=0, max_value=40))
def test_a_key_stays_the_same_as_long_as_its_window_is_open(
    today: date, hired: date | None, held: date | None, later: int
) -> None:
    facts = {"hired_on": hired, "last_held_on": held}
    for key, starts, ends in due(today, **facts):
        assert starts <= ends
        after = today + timedelta(days=later)
        if after <= ends:
            assert key in [one for one, _, _ in due(after, **facts)]


def test_a_window_without_skipping_stays_when_it_has_passed() -> None:
    (rule,) = (rule for rule in CYCLE.rules if rule.kind == "plan_evaluation")
    assert Window(Anchor.GOAL_TARGET, 0, 28) in rule.windows


def _content() -> dict[str, Any]:
    path = Path(__file__).parents[2] / "mappings" / "cycles" / "general.toml"
    return tomllib.loads(path.read_text(encoding="utf-8"))


def _set(place: list[Any], value: Any) -> dict[str, Any]:
    content = copy.deepcopy(_content())
    part: Any = content
    for key in place[:-1]:
        part = part[key]
    if value is ...:
        del part[place[-1]]
    else:
        part[place[-1]] = value
    return content


@pytest.mark.parametrize(
    ("place", "value", "said"),
    [
        (["horizon_days"], "veel", "cycles/broken.toml: horizon_days: "),
        (["horizon_days"], True, "cycles/broken.toml: horizon_days: "),
        (["checked_on"], "gisteren", "cycles/broken.toml: checked_on: Must be a day"),
        (["caps", "per_week"], 0, "cycles/broken.toml: caps.per_week: "),
        (["horizont"], 9, "cycles/broken.toml: horizont: Unknown field"),
        (["conversations"], [], "cycles/broken.toml: conversations: "),
        (["conversations", 1, "kind"], "chat", "cycles/broken.toml: conversations[1].kind: Must be one of"),
        (["conversations", 2, "kind"], "development_conversation", "conversations[2].kind: development_conversation"),
        (["conversations", 1, "minutes"], ..., "cycles/broken.toml: conversations[1].minutes: "),
        (["conversations", 1, "participants"], ["supervisor"], "conversations[1].participants: the employee"),
        (["conversations", 1, "windows", 2, "anchor"], "hire", "conversations[1].windows[2].anchor: Must be one of"),
        (["conversations", 1, "windows", 2, "to_days"], 1, "conversations[1].windows[2].to_days: the window ends"),
        (["conversations", 1, "windows", 2, "anchor"], "goal_target", "conversations[1].windows: some anchors"),
        (["conversations", 0, "before"], "chat", "conversations[0].before: Must be one of"),
        (["closures"], [{"from": date(2027, 1, 2), "to": date(2027, 1, 1)}], "closures[0].to: the closure ends"),
    ],
)
def test_a_wrong_file_is_told_its_line(place: list[Any], value: Any, said: str) -> None:
    file = MappingFile("cycles", "broken", Path("broken.toml"), _set(place, value), "digest")
    with pytest.raises(MappingError) as caught:
        read_cycle(file)
    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("left_on", "is_due"),
    [
        (None, True),
        (date(2027, 6, 30), True),
        (date(2027, 1, 2), True),  # the window opens on the last day
        (date(2027, 1, 1), False),
    ],
)
def test_nothing_is_due_after_the_last_day(left_on: date | None, *, is_due: bool) -> None:
    assert bool(due(hired_on=date(2020, 2, 1), left_on=left_on)) == is_due


def test_nothing_is_due_when_the_last_day_comes_before_anybody_can_be_invited() -> None:
    open_since = {"hired_on": date(2019, 12, 20)}
    notice = timedelta(CYCLE.notice_days)
    assert due(**open_since, left_on=TODAY + notice)
    assert not due(**open_since, left_on=TODAY + notice - timedelta(1))


def test_goals_of_who_leaves_are_followed_until_the_last_day() -> None:
    assert occasions(goals=(GOAL,), left_on=date(2026, 12, 31), open_kinds=frozenset({"development_conversation"}))
    late = replace(GOAL, target_on=date(2027, 1, 5))
    assert not occasions(goals=(late,), left_on=date(2026, 12, 31), open_kinds=frozenset({"development_conversation"}))
