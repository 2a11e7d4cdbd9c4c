"""Preparing a conversation on both sides: its author's own words, sealed, until the author shows them (R20 to R23)."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, employer_of, require
from connector.domain.form import Form, Question, Reach, Side
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.plan_files.form_file import load_form
from connector.planning.cycle_file import load_cycle
from connector.services.access_log import record_reading
from connector.services.audit import record_act
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.services.owner_keys import owner_key
from connector.store.accounts import Account
from connector.store.conversation import Conversation, Participant
from connector.store.people import PersonCard, person_cards
from connector.store.plan import Preparation, PreparationAnswer

LONGEST = 4000  # letters of an answer
_KIND = "development_conversation"
_OPEN = ("due", "unplanned", "planned", "held")


@dataclass(frozen=True, slots=True)
class OwnPreparation:
    """What the actor was asked and wrote. `about` is the employee; `answers` by question."""

    conversation_id: int
    form: Form
    about: PersonCard
    answers: Mapping[str, str]
    shown_at: datetime | None
    due_on: date | None

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(question.key in self.answers for question in self.form.questions)


@dataclass(frozen=True, slots=True)
class ShownPreparation:
    """What somebody of the other side has shown: the questions that may be shown and were answered."""

    author: str
    answers: tuple[tuple[Question, str], ...]


def read_preparation(actor: Actor, installation: Installation, conversation_id: int) -> OwnPreparation:
    """The actor's own form for a POP conversation that the actor takes part in, with what was written so far."""
    require(actor, Act.ATTEND)
    with installation.store.read() as session:
        conversation, side = _seat(session, actor, conversation_id)
        held = _held(session, conversation.id, actor)
        form = _form_of(session, installation, conversation, side, held)
        return OwnPreparation(
            conversation_id=conversation.id,
            form=form,
            about=_about(session, installation, conversation),
            answers=_answers(session, installation, held) if held is not None else {},
            shown_at=held.shown_at if held is not None else None,
            due_on=conversation.preparation_due_on,
        )


def write_preparation(
    actor: Actor, installation: Installation, conversation_id: int, answers: Mapping[str, str]
) -> None:
    """Keep these answers; one left empty is taken away, one not named stays. InputError names the wrong questions."""
    require(actor, Act.ATTEND)
    with installation.store.begin() as session:
        conversation, side = _seat(session, actor, conversation_id)
        held = _held(session, conversation.id, actor)
        form = _form_of(session, installation, conversation, side, held)
        texts = _checked(form, answers)
        if held is None:
            held = _begun(session, installation, conversation, actor, side, form)
        key = owner_key(session, installation, held.owner_id)
        rows = {row.question: row for row in _rows(session, held.id)}
        for question, text in texts.items():
            row = rows.get(question)
            if not text:
                if row is not None:
                    session.delete(row)
                continue
            if row is None:
                row = PreparationAnswer(
                    id=uuid.uuid4(), preparation_id=held.id, owner_id=held.owner_id, question=question
                )
                session.add(row)
            row.text = key.seal(text, _place(row.id))
            row.changed_at = installation.clock()


def show_preparation(actor: Actor, installation: Installation, conversation_id: int, *, is_shown: bool) -> None:
    """Let the other side read the own preparation, or no longer; also says that one has prepared."""
    require(actor, Act.ATTEND)
    with installation.store.begin() as session:
        conversation, _side = _seat(session, actor, conversation_id)
        held = _held(session, conversation.id, actor)
        if held is None or not _rows(session, held.id):
            raise ConflictError("there is nothing to show yet", todo="Write an answer first.")
        now = installation.clock()
        held.shown_at = (held.shown_at or now) if is_shown else None
        if is_shown:
            for participant in conversation.participants:
                if participant.person_id == actor.person_id:
                    participant.prepared_at = participant.prepared_at or now
        record_act(
            session, actor, "show_preparation" if is_shown else "hide_preparation", f"preparation:{held.id}", at=now
        )


def read_shown(actor: Actor, installation: Installation, conversation_id: int) -> list[ShownPreparation]:
    """What the other side has shown of its preparation, the newest first. Its author sees who read it."""
    require(actor, Act.ATTEND)
    with installation.store.begin() as session:
        conversation, side = _seat(session, actor, conversation_id)
        rows = session.execute(
            select(Preparation, Account.name)
            .join(Account, Account.id == Preparation.owner_id)
            .where(
                Preparation.conversation_id == conversation.id,
                Preparation.side != side.value,
                Preparation.shown_at.is_not(None),
            )
            .order_by(Preparation.shown_at.desc())
        ).all()
        for other, _name in rows:
            record_reading(session, actor, other.owner_id, f"preparation:{other.id}", installation.clock())
        return [_shown(session, installation, other, name) for other, name in rows]


def _shown(session: Session, installation: Installation, other: Preparation, author: str) -> ShownPreparation:
    form = load_form(installation.mappings, other.form)
    answers = _answers(session, installation, other)
    asked = tuple(
        (question, answers[question.key])
        for question in form.questions
        if question.reach is Reach.SHOWN and question.key in answers
    )
    return ShownPreparation(author, asked)


def _seat(session: Session, actor: Actor, conversation_id: int) -> tuple[Conversation, Side]:
    """The conversation and the side on which the actor sits; who takes no part learns nothing."""
    if actor.person_id is None or actor.account_id is None:
        raise NotAllowedError("your account is not tied to an HR record", where=Act.ATTEND.value)
    conversation = session.scalar(
        select(Conversation)
        .join(Participant, Participant.conversation_id == Conversation.id)
        .where(
            Conversation.id == conversation_id,
            Conversation.employer_id == employer_of(actor),
            Conversation.kind == _KIND,
            Conversation.state.in_(_OPEN),
            Participant.person_id == actor.person_id,
            Participant.role == actor.role.value,
        )
    )
    if conversation is None:
        raise NotFoundError("there is no such conversation for you")
    return conversation, Side.EMPLOYEE if actor.role is Role.EMPLOYEE else Side.EMPLOYER


def _held(session: Session, conversation_id: int, actor: Actor) -> Preparation | None:
    return session.scalar(
        select(Preparation).where(
            Preparation.conversation_id == conversation_id, Preparation.owner_id == actor.account_id
        )
    )


def _form_of(
    session: Session, installation: Installation, conversation: Conversation, side: Side, held: Preparation | None
) -> Form:
    """The form that was begun; else the cycle's own for this side: with the function description if there is one."""
    if held is not None:
        return load_form(installation.mappings, held.form)
    forms = load_cycle(installation.mappings, conversation.cycle).forms[side.value]
    has_function = _about(session, installation, conversation).job_id is not None
    return load_form(installation.mappings, forms.function if has_function else forms.general)


def _begun(
    session: Session, installation: Installation, conversation: Conversation, actor: Actor, side: Side, form: Form
) -> Preparation:
    row = Preparation(
        id=uuid.uuid4(),
        conversation_id=conversation.id,
        owner_id=actor.account_id,
        side=side.value,
        form=form.name,
        created_at=installation.clock(),
    )
    session.add(row)
    session.flush()  # answers refer to it
    return row


def _checked(form: Form, answers: Mapping[str, str]) -> dict[str, str]:
    known = {question.key for question in form.questions}
    problems = {key: ["is not asked here"] for key in answers if key not in known}
    problems |= {
        key: [f"must not be longer than {LONGEST} letters"] for key, text in answers.items() if len(text) > LONGEST
    }
    if problems:
        raise InputError("this preparation cannot be kept", problems=problems)
    return {key: text.strip() for key, text in answers.items()}


def _about(session: Session, installation: Installation, conversation: Conversation) -> PersonCard:
    today = today_at(session, installation, conversation.employer_id)
    return person_cards(session, conversation.employer_id, today, person_ids=[conversation.person_id])[
        conversation.person_id
    ]


def _rows(session: Session, preparation_id: uuid.UUID) -> list[PreparationAnswer]:
    rows = session.scalars(select(PreparationAnswer).where(PreparationAnswer.preparation_id == preparation_id))
    return list(rows)


def _answers(session: Session, installation: Installation, held: Preparation) -> dict[str, str]:
    rows = _rows(session, held.id)
    if not rows:
        return {}
    key = owner_key(session, installation, held.owner_id)
    return {row.question: key.open(row.text, _place(row.id)) for row in rows}


def _place(answer_id: uuid.UUID) -> str:
    return f"preparation_answer.text:{answer_id}"
