"""A disk that is full ends a sync with one sentence and harms nothing."""

from __future__ import annotations

from tests.faults import of_full_disk
from tests.faults.places import Places


def test_a_full_disk_is_told_and_the_next_run_goes_on(places: Places) -> None:
    outcome = of_full_disk.take(places, 6)
    assert outcome.is_good, [outcome.line, *outcome.details]
    assert outcome.times == 6
