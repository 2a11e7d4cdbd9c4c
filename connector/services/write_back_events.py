"""What happens to a thing of ours, put down as outbox rows for the systems that want to know of it.

The rows are written in the transaction that decides; what they say of people is ids only. Nothing that a conversation
is about, and no text of a plan or a sheet, is ever in one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.write_back import ENDS, EVENTS
from connector.errors import MappingError
from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.conversation import Conversation
from connector.store.queue import put
from connector.store.sheet import SheetVersion
from connector.store.work import Outbox
from connector.sync.mapping import read_mapping

WRITE_BACK = "write_back"
_REACHED = "reached"


@dataclass(frozen=True, slots=True)
class Listeners:
    """The sources of one employer that are written back to, each with the events that its mapping declares."""

    sources: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, installation: Installation, employer_code: str) -> Listeners:
        """As settings and mappings say now. Of a mapping that cannot be read all events are kept: sending tells."""
        found = {}
        for config in installation.sources.values():
            if config.write_back and config.employer == employer_code:
                found[config.name] = _events(installation, config.mapping)
        return cls({name: events for name, events in found.items() if events})

    @classmethod
    def at(cls, session: Session, installation: Installation, employer_id: int) -> Listeners:
        """The same by the employer's id."""
        if not any(config.write_back for config in installation.sources.values()):
            return cls({})
        return cls.of(installation, session.get_one(Organisation, employer_id).code)


def newest_about(session: Session, source: str, subject: str) -> dict[str, Any] | None:
    """The payload of the newest row about a thing, for one source."""
    payloads = session.scalars(
        select(Outbox.payload).where(
            Outbox.key.startswith(_prefix(source, subject), autoescape=True), Outbox.kind == WRITE_BACK
        )
    )
    return max(payloads, key=lambda one: int(one["sequence"]), default=None)


def tell_conversation(session: Session, listeners: Listeners, row: Conversation, now: datetime) -> None:
    """Say how a conversation stands after a change: planned, moved, or cancelled for who was told of it."""
    if not listeners.sources:
        return
    stands = row.state == "planned" and row.released_at is not None and row.starts_at is not None
    about = {
        "starts_at": _iso(row.starts_at),
        "ends_at": _iso(row.ends_at),
        "people": [[part.person_id, part.role] for part in row.participants],
    }
    subject = f"conversation:{row.id}"
    for source, events in listeners.sources.items():
        last = newest_about(session, source, subject)
        is_told = last is not None and last["event"] not in ENDS
        if stands:
            event = "conversation.moved" if is_told else "conversation.planned"
        elif is_told and last is not None:
            event, about = "conversation.cancelled", last["about"]
        else:
            continue
        if event in events:
            facts = {"conversation_id": row.id, "person_id": row.person_id}
            _put(session, source, event, subject, about, facts, last, now, row.employer_id)


def tell_agreed(session: Session, listeners: Listeners, version: SheetVersion, today: date, now: datetime) -> None:
    """Say what both sides of a sheet have agreed to: goals reached at a level, and trainings."""
    for source, events in listeners.sources.items():
        for goal in version.goals:
            if goal.state != _REACHED or goal.competency_id is None or goal.level_aimed is None:
                continue
            about: dict[str, Any] = {"competency_id": goal.competency_id, "level": goal.level_aimed}
            _tell(session, source, events, "level.achieved", f"level:{goal.uid}", about, version, today, now)
        for agreement in version.agreements:
            if agreement.training_id is None or agreement.delivered_on is not None:
                continue
            due_on = agreement.due_on.isoformat() if agreement.due_on else None
            about = {"training_id": agreement.training_id, "due_on": due_on}
            _tell(session, source, events, "training.wished", f"training:{agreement.uid}", about, version, today, now)


def _tell(
    session: Session,
    source: str,
    events: frozenset[str],
    event: str,
    subject: str,
    about: dict[str, Any],
    version: SheetVersion,
    today: date,
    now: datetime,
) -> None:
    if event not in events:
        return
    sheet = version.sheet
    facts = {"person_id": sheet.person_id, "on": today.isoformat()}
    _put(session, source, event, subject, about, facts, newest_about(session, source, subject), now, sheet.employer_id)


def _put(
    session: Session,
    source: str,
    event: str,
    subject: str,
    about: dict[str, Any],
    facts: dict[str, Any],
    last: Mapping[str, Any] | None,
    now: datetime,
    employer_id: int,
) -> None:
    """One row, unless the last one about the thing says the same. The caller holds a lock that keeps others away."""
    if last is not None and last["about"] == about and (last["event"] in ENDS) == (event in ENDS):
        return
    sequence = last["sequence"] + 1 if last is not None else 1
    payload = {"source": source, "event": event, "object": subject, "sequence": sequence, "about": about, **facts}
    put(
        session,
        Outbox,
        key=f"{_prefix(source, subject)}{sequence}:{event}",
        kind=WRITE_BACK,
        payload=payload,
        due_at=now,
        now=now,
        employer_id=employer_id,
    )


def _prefix(source: str, subject: str) -> str:
    return f"{WRITE_BACK}:{source}:{subject}:"


def _events(installation: Installation, mapping: str) -> frozenset[str]:
    try:
        rules = read_mapping(installation.mappings.find(mapping)).write
    except MappingError:
        return frozenset(EVENTS)
    return frozenset(event for rule in rules for event in rule.on)


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
