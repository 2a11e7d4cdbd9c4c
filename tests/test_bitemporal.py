"""Facts with two clocks: no belief is edited, and every day has at most one."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from connector.domain.bitemporal import Belief, end, holding_at, revise
from connector.store.accounts import Organisation
from connector.store.database import Store
from connector.store.facts import FactWriter, holds
from connector.store.hr import Person, PersonDetails

DAY = date(2026, 1, 1)


def _apply(beliefs: list[Belief], values: dict[str, int], day: date) -> list[Belief]:
    revision = revise(beliefs, values, day)
    kept = [belief for belief in beliefs if belief.ref not in revision.close]
    added = [Belief(object(), insert.valid_from, insert.valid_to, insert.values) for insert in revision.insert]
    return sorted([*kept, *added], key=lambda belief: belief.valid_from)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 30)), max_size=12))
def test_a_day_holds_what_was_last_said_for_the_stretch_it_lies_in(said: list[tuple[int, int]]) -> None:
    beliefs: list[Belief] = []
    for value, offset in said:
        day = DAY + timedelta(offset)
        beliefs = _apply(beliefs, {"v": value}, day)
        held = holding_at(beliefs, day)
        assert held is not None and held.values == {"v": value}
        for left, right in itertools.pairwise(beliefs):
            assert left.valid_to is not None and left.valid_to <= right.valid_from
        assert all(belief.valid_to is None or belief.valid_from < belief.valid_to for belief in beliefs)


@given(st.integers(0, 30), st.integers(0, 30))
def test_nothing_holds_after_an_end(start: int, stop: int) -> None:
    beliefs = _apply([], {"v": 1}, DAY + timedelta(start))
    revision = end(beliefs, DAY + timedelta(stop))
    kept = [belief for belief in beliefs if belief.ref not in revision.close]
    left = [*kept, *(Belief(0, i.valid_from, i.valid_to, i.values) for i in revision.insert)]
    assert holding_at(left, DAY + timedelta(stop)) is None


def test_what_was_believed_before_a_correction_can_still_be_asked(store: Store) -> None:
    first, second = datetime(2026, 2, 1, tzinfo=UTC), datetime(2026, 3, 1, tzinfo=UTC)
    with store.begin() as session:
        session.add(Organisation(id=1, code="acme", name="Acme", kind="employer"))
        session.flush()
        session.add(Person(id=7, employer_id=1))
        session.flush()
        FactWriter(session, at=first).believe(PersonDetails, {"person_id": 7}, {"display_name": "An Peeters"}, DAY)
    with store.begin() as session:
        writer = FactWriter(session, at=second)
        assert writer.believe(PersonDetails, {"person_id": 7}, {"display_name": "Ann Peeters"}, DAY)
        assert not writer.believe(PersonDetails, {"person_id": 7}, {"display_name": "Ann Peeters"}, DAY)
    with store.read() as session:
        now = session.scalars(select(PersonDetails).where(holds(PersonDetails, DAY))).one()
        then = session.scalars(select(PersonDetails).where(holds(PersonDetails, DAY, first))).one()
    assert (then.display_name, now.display_name) == ("An Peeters", "Ann Peeters")
