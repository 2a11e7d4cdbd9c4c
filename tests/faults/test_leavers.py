"""A list that lost more than a tenth of its people changes nothing by itself."""

from __future__ import annotations

from tests.faults import of_leavers
from tests.faults.places import Places


def test_a_tenth_that_is_gone_at_once_changes_nothing_without_a_yes(places: Places) -> None:
    outcome = of_leavers.take(places)
    assert outcome.is_good, [outcome.line, *outcome.details]
    assert outcome.times == 9
