"""A process that dies at any moment of a sync loses nothing, doubles nothing, and takes nobody for gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults import of_kills
from tests.faults.places import Places


@pytest.mark.timeout(180)
def test_a_sync_that_is_killed_at_random_moments_ends_as_if_nothing_had_been(
    places: Places, backend: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    outcome = of_kills.take(places, backend, 20)
    assert outcome.is_good, [outcome.line, *outcome.details]
    assert outcome.times == 20
    record_testsuite_property("result", outcome.line)
