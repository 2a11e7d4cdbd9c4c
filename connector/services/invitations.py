"""What calendars were told of a conversation, as outbox rows: the promise that UID stays and SEQUENCE only goes up.

Who holds an invitation is read from the rows: the last one for that person was a request. So nobody gets a
cancellation who was not invited, and nobody who was invited is forgotten.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.outlets.ics import CANCEL, REQUEST
from connector.services.write_back_events import Listeners, tell_conversation
from connector.store.conversation import Conversation
from connector.store.people import PersonCard
from connector.store.queue import put
from connector.store.work import Outbox

INVITATION = "invitation"
CANCELLATION = "cancellation"
_KINDS = {REQUEST: INVITATION, CANCEL: CANCELLATION}


@dataclass(frozen=True, slots=True)
class Announced:
    """How many invitations and cancellations were written, and to whom none could be, for want of an address."""

    invitations: int = 0
    cancellations: int = 0
    without_address: frozenset[int] = frozenset()


def announce(
    session: Session,
    conversation: Conversation,
    cards: Mapping[int, PersonCard],
    now: datetime,
    listeners: Listeners,
    *,
    release: bool = False,
) -> Announced:
    """Tell everybody how the conversation stands after a change, the systems that listen too; once for each change.

    Participants of a planned and released one get a request, who still holds an invitation and is no participant any
    more a cancellation. `release` lets it out for the first time. `cards` must hold the participants.
    """
    told = _told(session, conversation.id) if conversation.released_at is not None else {}
    if release and conversation.released_at is None:
        conversation.released_at = now
    invited: list[int] = []
    if conversation.state == "planned" and conversation.released_at is not None:
        invited = [part.person_id for part in conversation.participants]
    reachable = [one for one in invited if one in cards and cards[one].email]
    dropped = [one for one, last in told.items() if last["method"] == REQUEST and one not in invited]
    if told and (reachable or dropped):
        conversation.sequence = max(last["sequence"] for last in told.values()) + 1
    for person_id in dropped:  # the time that they know, which is not the new one
        _put(session, conversation, person_id, CANCEL, told[person_id]["starts_at"], told[person_id]["ends_at"], now)
    for person_id in reachable:
        _put(session, conversation, person_id, REQUEST, _iso(conversation.starts_at), _iso(conversation.ends_at), now)
    tell_conversation(session, listeners, conversation, now)
    return Announced(len(reachable), len(dropped), frozenset(invited) - frozenset(reachable))


def is_superseded(session: Session, conversation: Conversation, person_id: int, sequence: int) -> bool:
    """Whether a later message for this person is in the outbox: this one would only confuse."""
    if sequence >= conversation.sequence:
        return False
    found = _told(session, conversation.id).get(person_id)
    return found is not None and bool(found["sequence"] > sequence)


def _told(session: Session, conversation_id: int) -> dict[int, dict[str, Any]]:
    """The payload of the last message to each person who was ever told."""
    payloads = session.scalars(
        select(Outbox.payload).where(
            Outbox.key.startswith(f"{_prefix(conversation_id)}:", autoescape=True),
            Outbox.kind.in_(_KINDS.values()),
        )
    )
    return {one["person_id"]: one for one in sorted(payloads, key=lambda one: int(one["sequence"]))}


def _put(
    session: Session,
    conversation: Conversation,
    person_id: int,
    method: str,
    starts_at: str | None,
    ends_at: str | None,
    now: datetime,
) -> None:
    """The facts are those of this moment: a later change writes its own row."""
    payload: dict[str, Any] = {
        "conversation_id": conversation.id,
        "person_id": person_id,
        "sequence": conversation.sequence,
        "method": method,
        "starts_at": starts_at,
        "ends_at": ends_at,
    }
    put(
        session,
        Outbox,
        key=f"{_prefix(conversation.id)}:{conversation.sequence}:{person_id}:{method}",
        kind=_KINDS[method],
        payload=payload,
        due_at=now,
        now=now,
        employer_id=conversation.employer_id,
    )


def _prefix(conversation_id: int) -> str:
    return f"conversation:{conversation_id}"


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
