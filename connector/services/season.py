"""Planning what is due at an employer: rows, slots, invitations, and a word to HR about what has no slot."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.domain.cycle import due_conversations, first_day
from connector.domain.unplanned import Unplanned
from connector.domain.wall_time import day_of
from connector.services.booking import book_all
from connector.services.cycle_facts import person_facts
from connector.services.installation import Installation
from connector.services.invitations import Announced, announce
from connector.services.reminders import put_reminders
from connector.services.season_rows import LEFT, Scene, open_scene, rows_to_place, write_due
from connector.store.accounts import Account, Membership
from connector.store.conversation import Conversation
from connector.store.queue import put
from connector.store.work import Outbox

UNPLANNED_MAIL = "unplanned"


@dataclass(frozen=True, slots=True)
class PlanningReport:
    """What one planning run did. `unplanned` counts by reason everything it looked at that still has no slot.

    `without_address` people take part in a conversation but have no e-mail address to invite them at;
    `patterns_not_understood` people were given the usual week, for we could not read their working pattern.
    """

    planned: int
    unplanned: Mapping[str, int]
    invitations: int
    without_address: int
    patterns_not_understood: int


def plan_due(actor: Actor, installation: Installation, employer_id: int, *, release: bool = True) -> PlanningReport:
    """Make and place every conversation that is due. Without `release` nobody is invited yet."""
    require(actor, Act.PLAN_CONVERSATIONS, employer_id=employer_id)
    with installation.store.begin() as session:
        return plan(session, installation, employer_id, release=release)


def release_invitations(actor: Actor, installation: Installation, employer_id: int) -> int:
    """Invite to every planned conversation that was held back; gives the number of invitations."""
    require(actor, Act.PLAN_CONVERSATIONS, employer_id=employer_id)
    with installation.store.begin() as session:
        scene = open_scene(session, installation, employer_id)
        rows = session.scalars(
            select(Conversation).where(
                Conversation.employer_id == employer_id,
                Conversation.state == "planned",
                Conversation.released_at.is_(None),
                Conversation.starts_at > scene.now,
            )
        )
        return sum(_tell(session, scene, row, release=True).invitations for row in rows.all())


def plan(
    session: Session,
    installation: Installation,
    employer_id: int,
    *,
    release: bool = True,
    person_ids: Collection[int] | None = None,
    job_changed: Mapping[int, date] | None = None,
) -> PlanningReport:
    """Plan in this transaction, for everybody or some; `job_changed` says for whom a new job began, and when."""
    scene = open_scene(session, installation, employer_id, person_ids)
    facts = person_facts(session, employer_id, scene.people, scene.zone, job_changed or {})
    write_due(session, installation, scene, list(due_conversations(scene.cycle, facts, scene.today)))
    rows = [row for row in rows_to_place(session, scene) if not _end_if_left(session, scene, row)]
    held_back = {row.id for row in rows if row.starts_at is not None and row.released_at is None}
    booked = book_all(session, scene, rows)
    told = []
    for row in booked.planned:
        row.state, row.reason = "planned", None
        told.append(_tell(session, scene, row, release=release and row.id not in held_back))
    news = _mark_unplanned(session, scene, [row for row in rows if row.id in booked.reasons], booked.reasons)
    _tell_hr(session, scene, news)
    return PlanningReport(
        planned=len(booked.planned),
        unplanned=dict(Counter(reason.value for reason in booked.reasons.values())),
        invitations=sum(one.invitations for one in told),
        without_address=len({person_id for one in told for person_id in one.without_address}),
        patterns_not_understood=len(booked.not_understood),
    )


def hr_accounts(session: Session, employer_id: int, today: date) -> list[Account]:
    """Who holds the role HR at an employer today."""
    return list(
        session.scalars(
            select(Account)
            .join(Membership, Membership.account_id == Account.id)
            .where(
                Membership.organisation_id == employer_id,
                Membership.role == Role.HR.value,
                Membership.valid_from <= today,
                or_(Membership.valid_to.is_(None), Membership.valid_to > today),
            )
            .distinct()
            .order_by(Account.id)
        )
    )


def _end_if_left(session: Session, scene: Scene, row: Conversation) -> bool:
    """A conversation without a slot ends with the employment, or as soon as it could only be after the last day."""
    card = scene.people[row.person_id]
    last = card.left_on
    had = None if row.starts_at is None else day_of(row.starts_at, scene.zone)  # tried first, whatever the notice
    first = had or first_day(scene.cycle, row.window_from, scene.today)
    if card.status != "left" and (last is None or last >= first):
        return False
    row.state, row.reason = "cancelled", LEFT
    announce(session, row, scene.cards, scene.now, scene.listeners)
    return True


def _tell(session: Session, scene: Scene, row: Conversation, *, release: bool) -> Announced:
    """Invite, unless it is held back, and put the reminders down. Who was invited once hears of every change."""
    told = announce(session, row, scene.cards, scene.now, scene.listeners, release=release)
    put_reminders(session, row, scene.zone, scene.now)
    return told


def _mark_unplanned(
    session: Session, scene: Scene, rows: Collection[Conversation], reasons: Mapping[int, Unplanned]
) -> list[Conversation]:
    """Write the reasons; gives the rows for which that is news."""
    news = []
    for row in rows:
        reason = reasons[row.id].value
        if (row.state, row.reason) != ("unplanned", reason):
            news.append(row)
        row.state, row.reason = "unplanned", reason
        announce(session, row, scene.cards, scene.now, scene.listeners)
        row.starts_at = row.ends_at = row.preparation_due_on = None
    return news


def _tell_hr(session: Session, scene: Scene, rows: Collection[Conversation]) -> None:
    """One mail to each HR account about what is new without a slot; the same news is not told twice."""
    if not rows:
        return
    news = ",".join(f"{row.id}:{row.reason}" for row in sorted(rows, key=lambda row: row.id))
    name = hashlib.blake2b(news.encode(), digest_size=12).hexdigest()
    for account in hr_accounts(session, scene.employer_id, scene.today):
        put(
            session,
            Outbox,
            key=f"{UNPLANNED_MAIL}:{scene.employer_id}:{account.id}:{name}",
            kind=UNPLANNED_MAIL,
            payload={"account_id": account.id, "count": len(rows)},
            due_at=scene.now,
            now=scene.now,
            employer_id=scene.employer_id,
        )
