"""Laying dated rows over what is believed, against a plain look at every single day."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from connector.domain.dated_rows import DatedRow, Stretch, lay, on_day, parting, turns

START = date(2026, 1, 1)
NAMES = ("job",)
OURS, THEIRS = 1, 99
offsets = st.integers(0, 12)


def _row(key: int, first: int, length: int | None, job: str | None) -> DatedRow:
    begins = START + timedelta(days=first)
    return DatedRow(
        f"r{key}", begins, begins + timedelta(days=length) if length is not None else None, {"job": job}, OURS
    )


rows_of = st.lists(
    st.tuples(offsets, st.none() | st.integers(0, 6), st.sampled_from(["cook", "chef", None])), max_size=5
).map(lambda found: [_row(number, *one) for number, one in enumerate(found, 8)])


@st.composite
def believed(draw: st.DrawFn) -> list[Stretch]:
    days = sorted(draw(st.sets(offsets, max_size=4)))
    ends = [*days[1:], draw(st.none() | st.just(15))]
    found = []
    for first, to in zip(days, ends, strict=False):
        values = {"job": draw(st.sampled_from(["clerk", None])), "place": draw(st.sampled_from(["Gent", None]))}
        last = START + timedelta(days=to) if to is not None else None
        found.append(Stretch(START + timedelta(days=first), last, values, draw(st.sampled_from([OURS, THEIRS]))))
    return found


def _expected(rows: list[DatedRow], over: list[Stretch], day: date) -> dict[str, str | None]:
    held = on_day(over, day)
    values = dict(held.values) if held else {"place": None, "job": None}
    holding = [row for row in rows if row.holds(day)]
    if holding:
        newest = max(row.first for row in holding)
        return {
            **values,
            **max((row for row in holding if row.first == newest), key=lambda row: int(row.key[1:])).values,
        }
    return {**values, "job": None} if held and held.origin == OURS else values


@given(rows_of, believed())
def test_every_day_has_the_row_that_began_last_and_leaves_the_rest_alone(
    rows: list[DatedRow], over: list[Stretch]
) -> None:
    laid = lay(rows, over, NAMES, lambda origin: origin == OURS)
    for offset in range(-1, 20):
        day = START + timedelta(days=offset)
        found = on_day(laid, day)
        values = {"place": None, "job": None, **(found.values if found else {})}
        assert values == _expected(rows, over, day)
    assert all(before.to is not None and before.to <= after.first for before, after in pairwise(laid))


@given(rows_of, believed())
def test_laying_the_same_rows_again_changes_nothing(rows: list[DatedRow], over: list[Stretch]) -> None:
    laid = lay(rows, over, NAMES, lambda origin: origin == OURS)
    assert parting(laid, lay(rows, laid, NAMES, lambda origin: origin == OURS)) is None


def test_a_value_turns_between_two_known_stretches_and_not_at_the_first() -> None:
    days = [START + timedelta(days=number) for number in range(4)]
    jobs = [None, "cook", "cook", "chef"]
    stretches = [Stretch(day, None, {"job": job}) for day, job in zip(days, jobs, strict=True)]
    assert turns(stretches, "job", NAMES) == {days[3]}
