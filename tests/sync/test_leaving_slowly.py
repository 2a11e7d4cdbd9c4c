"""An export that loses some people each night stays below the limit of one run; a week of them does not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from connector.domain.access import TIMER
from connector.domain.guard import LeavingLately
from connector.errors import GuardError
from connector.services.installation import Installation
from connector.services.sync import apply_plan
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook

Sync = Callable[..., RunReport]


@pytest.fixture
def many(workbook: Workbook) -> Workbook:
    """Sixty people without supervisors."""
    workbook.rows = {
        "mensen": [f"{number};Mens{number};Naam{number};;groen;groenarbeider;;01/02/2020;;100" for number in range(60)],
        "functies": ["groenarbeider;Werkt in het groen"],
    }
    workbook.write()
    return workbook


def _lose(workbook: Workbook, people: int) -> None:
    del workbook.rows["mensen"][:people]
    workbook.write()


def _give_last_days(workbook: Workbook, first: int, people: int) -> None:
    rows = workbook.rows["mensen"]
    for place in range(first, first + people):
        rows[place] = rows[place].replace("01/02/2020;;", "01/02/2020;31/10/2026;")
    workbook.write()


def test_a_few_each_night_are_asked_about_before_they_are_many(
    sync_hr: Sync, many: Workbook, clock: Clock, files_installation: Installation
) -> None:
    sync_hr()
    for night in range(3):
        clock.now += timedelta(days=1)
        _give_last_days(many, 4 * night, 4)
        if night < 2:
            assert sync_hr().totals.changed == 4
    with pytest.raises(GuardError, match="12 of 60 people would have left within a week; more than 10") as stopped:
        sync_hr()
    number = int(stopped.value.todo.rpartition("apply ")[2].partition("`")[0])
    assert apply_plan(TIMER, files_installation, number).totals.changed == 4
    clock.now += timedelta(days=1)
    _give_last_days(many, 12, 4)
    assert sync_hr().totals.changed == 4  # a person has looked since


def test_those_of_more_than_a_week_ago_count_no_more(sync_hr: Sync, many: Workbook, clock: Clock) -> None:
    sync_hr()
    for night in range(6):
        clock.now += timedelta(days=4)
        _give_last_days(many, 4 * night, 4)
        assert sync_hr().totals.changed == 4


def test_the_missing_count_with_those_who_are_told_to_have_left() -> None:
    assert not LeavingLately(4, 6, 60).is_too_many
    assert LeavingLately(4, 7, 60).is_too_many
    assert not LeavingLately(0, 50, 60).is_too_many
    assert not LeavingLately(20, 130, 1000).is_too_many
    assert LeavingLately(40, 130, 1000).is_too_many
