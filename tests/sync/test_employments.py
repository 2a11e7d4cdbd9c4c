"""The stretches of an employment, at the ends of time."""

from __future__ import annotations

from datetime import date

import pytest

from connector.sync.writers.base import Item
from connector.sync.writers.employee import _employment

TODAY = date(2026, 1, 1)
SAID = frozenset({"status", "left_on"})


@pytest.mark.parametrize(
    ("left_on", "expected"),
    [
        ("9999-12-31", [(TODAY, "active")]),  # how some systems write: no last day
        ("2026-03-31", [(TODAY, "active"), (date(2026, 4, 1), "left")]),
        ("2025-12-30", [(TODAY, "left")]),
        (None, [(TODAY, "active")]),
    ],
)
def test_the_day_after_the_last_one_is_the_first_without_work(
    left_on: str | None, expected: list[tuple[date, str]]
) -> None:
    item = Item(1, 1, {"status": "active", "left_on": left_on})
    assert [(day, values["status"]) for day, values in _employment(item, TODAY, SAID)] == expected
