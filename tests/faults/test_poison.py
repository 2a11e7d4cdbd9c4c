"""One record that cannot be read stops nobody else."""

from __future__ import annotations

from tests.faults import of_poison
from tests.faults.places import Places


def test_one_in_a_thousand_that_cannot_be_read_is_told_and_the_others_pass(places: Places) -> None:
    outcome = of_poison.take(places)
    assert outcome.is_good, [outcome.line, *outcome.details]
    assert outcome.times == 4
