"""However badly an HR system answers, nobody is taken for gone."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.faults import of_bad_answers
from tests.faults.behaviours import behaviours
from tests.faults.places import Places
from tests.faults.systems import EMPLOYERS


@pytest.mark.parametrize("name", EMPLOYERS)
def test_no_bad_answer_ends_an_employment(
    name: str, places: Places, record_testsuite_property: Callable[[str, object], None]
) -> None:
    outcome = of_bad_answers.take(places, only=name)
    assert outcome.is_good, [outcome.line, *outcome.details]
    without_total = sum(behaviour.needs_total for behaviour in behaviours()) if name == "linked" else 0
    assert outcome.times == len(list(behaviours())) - without_total
    record_testsuite_property(f"result {name}", outcome.line)
