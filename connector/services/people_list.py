"""HR's list of people: whose conversation comes next, and whether everything is ready for it."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotFoundError
from connector.services.conversation_cards import Agenda, ConversationCard, agendas, wall_of
from connector.services.installation import Installation
from connector.services.needs import Unit, units_of
from connector.store.facts import holds
from connector.store.hr import Assignment, Employment, Person, PersonDetails
from connector.store.people import PersonCard, person_cards

PAGE = 25
EMPLOYED = ("active", "on_leave", "suspended")


@dataclass(frozen=True, slots=True)
class PersonLine:
    """A person and the conversation that comes next."""

    card: PersonCard
    conversation: ConversationCard | None

    @property
    def lacks(self) -> tuple[str, ...]:
        """What lacks before that conversation, as codes, the gravest first; empty: all is ready."""
        coming = self.conversation
        unprepared = coming.to_prepare_now if coming else ()
        found = {
            "late": coming is not None and coming.is_late,
            "no_conversation": coming is None,
            "not_planned": coming is not None and not coming.is_late and coming.starts_at is None,
            "no_supervisor": self.card.supervisor_id is None,
            "no_job": self.card.job_title is None,
            "employee_unprepared": "employee" in unprepared,
            "supervisor_unprepared": "supervisor" in unprepared,
            "preparation_later": coming is not None and bool(coming.unprepared) and not unprepared,
        }
        return tuple(code for code, lacking in found.items() if lacking)


@dataclass(frozen=True, slots=True)
class PeopleList:
    """One page of people. `unit` None: all units. `pages` is at least 1."""

    lines: tuple[PersonLine, ...]
    total: int
    page: int
    pages: int
    words: str
    unit: Unit | None
    units: tuple[Unit, ...]


def list_people(
    actor: Actor, installation: Installation, *, words: str = "", unit_id: int | None = None, page: int = 1
) -> PeopleList:
    """People who work here: first those with a conversation, by its day, then the others by name.

    Every one of `words` must be in the name or be the employee number; accents and capitals do not matter.
    A page past the last one is the last one.
    """
    require(actor, Act.READ_DOSSIER)
    employer_id = employer_of(actor)
    with installation.store.read() as session:
        wall = wall_of(session, installation, employer_id)
        units = units_of(session, employer_id, wall.today)
        unit = next((one for one in units if one.unit_id == unit_id), None)
        if unit_id is not None and unit is None:
            raise NotFoundError("there is no such unit at this employer")
        found = _matching(session, employer_id, wall.today, words, unit_id)
        days = agendas(session, employer_id, wall, is_sketch=True)
        ordered = sorted(found, key=lambda person_id: _order(days[person_id]))  # stable: by name within a day
        pages = max(1, -(-len(ordered) // PAGE))
        page = min(max(page, 1), pages)
        ids = ordered[(page - 1) * PAGE : page * PAGE]
        cards = person_cards(session, employer_id, wall.today, person_ids=ids)
        plans = agendas(session, employer_id, wall, ids)
        lines = tuple(PersonLine(cards[person_id], plans[person_id].next) for person_id in ids)
    return PeopleList(lines, len(ordered), page, pages, words, unit, units)


def _matching(session: Session, employer_id: int, on: date, words: str, unit_id: int | None) -> list[int]:
    """The people who work here and match, in the order of their names."""
    statement = (
        select(Person.id, PersonDetails.display_name, Employment.employee_number)
        .join(PersonDetails, and_(PersonDetails.person_id == Person.id, holds(PersonDetails, on)))
        .join(Employment, and_(Employment.person_id == Person.id, holds(Employment, on)))
        .where(Person.employer_id == employer_id, Employment.status.in_(EMPLOYED))
        .order_by(PersonDetails.family_name, PersonDetails.display_name, Person.id)
    )
    if unit_id is not None:
        statement = statement.join(Assignment, and_(Assignment.person_id == Person.id, holds(Assignment, on))).where(
            Assignment.unit_id == unit_id
        )
    wanted = _plain(words).split()
    rows = session.execute(statement)
    return list(dict.fromkeys(row.id for row in rows if _matches(wanted, row.display_name, row.employee_number)))


def _matches(wanted: Collection[str], name: str, number: str | None) -> bool:
    plain = _plain(name)
    return all(word in plain or word == (number or "").casefold() for word in wanted)


def _plain(text: str) -> str:
    """Small letters without accents, the Turkish dotless i as an i."""
    bare = unicodedata.normalize("NFKD", text.replace("ı", "i").replace("İ", "I").casefold())
    return "".join(sign for sign in bare if not unicodedata.combining(sign))


def _order(agenda: Agenda) -> tuple[bool, bool, date]:
    coming = agenda.next
    if coming is None:
        return (True, True, date.max)
    return (False, not coming.is_late, coming.day)
