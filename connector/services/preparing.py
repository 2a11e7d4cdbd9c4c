"""Saying that one has prepared a conversation: the fact and its moment, never what was prepared."""

from __future__ import annotations

from sqlalchemy import select

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import NotAllowedError, NotFoundError
from connector.services.installation import Installation
from connector.store.conversation import Conversation, Participant


def mark_prepared(actor: Actor, installation: Installation, conversation_id: int) -> None:
    """Note that the actor has prepared a conversation that the actor takes part in; again changes nothing."""
    require(actor, Act.ATTEND)
    employer_id = employer_of(actor)
    if actor.person_id is None:
        raise NotAllowedError("your account is not tied to an HR record", where=Act.ATTEND.value)
    with installation.store.begin() as session:
        row = session.scalar(
            select(Participant)
            .join(Conversation, Conversation.id == Participant.conversation_id)
            .where(
                Conversation.id == conversation_id,
                Conversation.employer_id == employer_id,
                Conversation.state.in_(("due", "unplanned", "planned")),
                Participant.person_id == actor.person_id,
                Participant.role == actor.role.value,
            )
        )
        if row is None:
            raise NotFoundError("there is no such conversation for you")
        row.prepared_at = row.prepared_at or installation.clock()
