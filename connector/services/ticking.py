"""Saying that an agreement was delivered today: the button on the pages of both sides."""

from __future__ import annotations

import uuid

from connector.domain.access import Act, Actor, employer_of, require
from connector.services.agreements import tick_delivered
from connector.services.conversation_cards import wall_of
from connector.services.installation import Installation


def tick_today(actor: Actor, installation: Installation, agreement_uid: uuid.UUID) -> None:
    """Tick an agreement that the actor's side owes, on today's date at the employer."""
    require(actor, Act.TICK_AGREEMENT)
    with installation.store.read() as session:
        today = wall_of(session, installation, employer_of(actor)).today
    tick_delivered(actor, installation, agreement_uid, today)
