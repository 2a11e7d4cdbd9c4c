"""The free half hours of people, from what the HR system and our own bookings say."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.domain.slots import HALF_HOUR, Horizon
from connector.domain.working_time import USUAL, read_working_time
from connector.store.conversation import BookedSlot
from connector.store.facts import holds
from connector.store.hr import Absence
from connector.store.people import PersonCard


@dataclass(frozen=True, slots=True)
class Availability:
    """`free` by person id; `not_understood`: whose working pattern we could not read, so that the usual week stands."""

    free: dict[int, int]
    not_understood: frozenset[int]


def availability(
    session: Session,
    cards: Mapping[int, PersonCard],
    horizon: Horizon,
    days_off: frozenset[date],
    *,
    earliest: datetime,
    today: date,
) -> Availability:
    """Free time of these people from `earliest` on: working pattern less days off, absences and bookings."""
    masks: dict[str | None, int] = {}
    unread: set[str | None] = set()
    for text in {card.working_pattern for card in cards.values()}:
        pattern = read_working_time(text)
        if pattern is None and (text or "").strip():
            unread.add(text)
        masks[text] = horizon.working(pattern or USUAL, days_off)
    ahead = horizon.inside(earliest, horizon.moment(horizon.length))
    free = {person_id: masks[card.working_pattern] & ahead for person_id, card in cards.items()}
    for person_id, starts_on, ends_on in _absences(session, cards, horizon, today):
        free[person_id] &= ~horizon.days(starts_on, ends_on)
    for person_id, starts_at in _booked(session, cards, horizon):
        free[person_id] &= ~horizon.touched(starts_at, starts_at + HALF_HOUR)
    return Availability(
        free, frozenset(person_id for person_id, card in cards.items() if card.working_pattern in unread)
    )


def _absences(
    session: Session, people: Collection[int], horizon: Horizon, today: date
) -> list[tuple[int, date, date | None]]:
    """The absences that are known today, for any day of the horizon."""
    rows = session.execute(
        select(Absence.person_id, Absence.starts_on, Absence.ends_on).where(
            Absence.person_id.in_(people),
            holds(Absence, today),
            Absence.starts_on <= horizon.last,
            or_(Absence.ends_on.is_(None), Absence.ends_on >= horizon.first),
        )
    )
    return [(row.person_id, row.starts_on, row.ends_on) for row in rows]


def _booked(session: Session, people: Collection[int], horizon: Horizon) -> list[tuple[int, datetime]]:
    rows = session.execute(
        select(BookedSlot.person_id, BookedSlot.starts_at).where(
            BookedSlot.person_id.in_(people),
            BookedSlot.starts_at >= horizon.origin - HALF_HOUR,
            BookedSlot.starts_at < horizon.moment(horizon.length),
        )
    )
    return [(row.person_id, row.starts_at) for row in rows]
