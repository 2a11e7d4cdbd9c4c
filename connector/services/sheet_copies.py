"""What goes onto a new version of a sheet: copies of goals, and agreements checked and carried along."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from sqlalchemy.orm import Session

from connector.domain.sheet import AgreementDraft, agreement_problems
from connector.errors import InputError
from connector.services.goal_views import GoalView
from connector.store.hr import Training
from connector.store.sheet import Agreement, SharedGoal, SheetVersion


def fill_version(
    session: Session,
    version: SheetVersion,
    employer_id: int,
    goals: Sequence[GoalView],
    drafts: Sequence[AgreementDraft],
    before: SheetVersion | None,
) -> None:
    """Put copies of these goals and these agreements on a version; InputError names the wrong agreements by position.

    What was delivered or spent on the version before stays, even when no draft names it.
    """
    known = {row.uid: row for row in before.agreements} if before else {}
    _check(session, employer_id, drafts, {goal.goal_id for goal in goals}, known)
    version.goals = [_goal_copy(goal) for goal in goals]
    version.agreements = [_agreement_row(draft, known.get(draft.uid) if draft.uid else None) for draft in drafts]
    listed = {row.uid for row in version.agreements}
    done = [row for row in known.values() if row.delivered_on is not None or row.spent is not None]
    version.agreements += [_agreement_again(row) for row in done if row.uid not in listed]


def _check(
    session: Session,
    employer_id: int,
    agreements: Sequence[AgreementDraft],
    goal_ids: set[uuid.UUID],
    known: dict[uuid.UUID, Agreement],
) -> None:
    """InputError with everything that is wrong with these agreements, by position."""
    problems: dict[str, list[str]] = {}
    seen: set[uuid.UUID] = set()
    for position, draft in enumerate(agreements):
        found = agreement_problems(draft)
        if draft.goal_uid is not None and draft.goal_uid not in goal_ids:
            found.append("goal_uid must be a goal on this sheet")
        if draft.uid is not None and (draft.uid not in known or draft.uid in seen):
            found.append("uid must name an agreement of the version before, once")
        if draft.training_id is not None:
            training = session.get(Training, draft.training_id)
            if training is None or training.employer_id != employer_id:
                found.append("training_id names no training of this employer")
        if draft.uid is not None:
            seen.add(draft.uid)
        if found:
            problems[f"agreements.{position}"] = found
    if problems:
        raise InputError("this sheet cannot be shared", problems=problems)


def _goal_copy(goal: GoalView) -> SharedGoal:
    """The shared copy keeps the goal's own id as its `uid`; of its competencies, the first goes along."""
    first = goal.competencies[0] if goal.competencies else None
    return SharedGoal(
        uid=goal.goal_id,
        what=goal.what,
        how=goal.how,
        result=goal.result,
        priority=goal.priority,
        state=goal.state,
        target_on=goal.target_on,
        competency_id=first.competency_id if first else None,
        level_aimed=first.level_aimed if first else None,
    )


def _agreement_row(draft: AgreementDraft, earlier: Agreement | None) -> Agreement:
    """What was delivered or spent under this uid goes along to the new version."""
    return Agreement(
        uid=earlier.uid if earlier else uuid.uuid4(),
        goal_uid=draft.goal_uid,
        kind=draft.kind.value,
        text=draft.text,
        owed_by=draft.owed_by.value,
        owed_to=draft.owed_to.value,
        due_on=draft.due_on,
        amount=draft.amount,
        currency=draft.currency or ("EUR" if draft.amount is not None else None),
        payer=draft.payer,
        training_id=draft.training_id,
        spent=earlier.spent if earlier else None,
        delivered_on=earlier.delivered_on if earlier else None,
    )


def _agreement_again(row: Agreement) -> Agreement:
    """The same agreement once more, for the next version."""
    kept = ("uid", "goal_uid", "kind", "text", "owed_by", "owed_to", "due_on", "amount", "currency", "payer", "spent")
    return Agreement(**{name: getattr(row, name) for name in (*kept, "training_id", "delivered_on")})
