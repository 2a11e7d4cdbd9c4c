"""Goals, competencies and trainings brought together: suggestions with their reasons, and the index behind them.

The text of a goal passes through; it is not kept, not logged, and not part of the index.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, employer_of, require
from connector.errors import InputError
from connector.linking.indexing import index_competencies, index_trainings
from connector.linking.labels import preferred_labels
from connector.linking.matching import CompetencyMatch, TrainingMatch, match_competencies, match_trainings
from connector.linking.reasons import Reason
from connector.linking.search import question_words
from connector.linking.ties import tie_trainings
from connector.services.days import today_at
from connector.services.installation import Installation
from connector.store.accounts import Organisation
from connector.store.hr import Training

LONGEST_TEXT = 20_000
_ABOUT = 8  # competencies that a text is taken to be about when trainings are looked for


@dataclass(frozen=True, slots=True)
class TrainingHit:
    """A training that fits, with why. None: the catalogue does not say. `price` is in `currency`."""

    training_id: int
    title: str
    provider: str | None
    language: str | None
    price: Decimal | None
    currency: str | None
    hours: Decimal | None
    place: str | None
    url: str | None
    next_starts_on: date | None
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class LinkResult:
    """`has_words` is False when the text says nothing that can be looked up (only stop words, only emoji)."""

    competencies: tuple[CompetencyMatch, ...]
    trainings: tuple[TrainingHit, ...]
    has_words: bool

    @property
    def nothing_fits(self) -> bool:
        return not self.trainings


@dataclass(frozen=True, slots=True)
class IndexReport:
    """How many documents were written or taken out, and how many ties of trainings to competencies came or went."""

    competencies: int
    trainings: int
    ties: int


def link_text(actor: Actor, installation: Installation, text: str, *, limit: int = 5) -> LinkResult:
    """The competencies that a text is about and the trainings of the actor's employer that fit it, best first.

    InputError for an empty text or one of more than 20,000 characters.
    """
    require(actor, Act.LINK)
    employer_id = employer_of(actor)
    if not text.strip():
        raise InputError("the text is empty", todo='Say what somebody wants to learn, e.g. "heftruck besturen".')
    if len(text) > LONGEST_TEXT:
        raise InputError(f"the text is longer than {LONGEST_TEXT} characters", todo="Give the goal in a few sentences.")
    with installation.store.read() as session:
        on = today_at(session, installation, employer_id)
        found = competencies_for_text(
            session, text, employer_id=employer_id, language=actor.language, limit=max(limit, _ABOUT)
        )
        about = {match.competency_id: match.score for match in found[:_ABOUT]}
        matches = match_trainings(session, employer_id, text, about, on=on, language=actor.language, limit=limit)
        return LinkResult(tuple(found[:limit]), _hits(session, matches), bool(question_words(text)))


def competencies_for_text(
    session: Session, text: str, *, employer_id: int, language: str = "nl", limit: int = 5
) -> list[CompetencyMatch]:
    """The competencies that a text is about, best first; none when no competency says most of it."""
    return match_competencies(session, employer_id, text, language=language, limit=limit)


def trainings_for_competency(
    session: Session, employer_id: int, competency_id: int, *, on: date, language: str = "nl", limit: int = 5
) -> tuple[TrainingHit, ...]:
    """The trainings that teach a competency or a neighbour of it, or that use its words, best first."""
    label = preferred_labels(session, {competency_id}, language).get(competency_id, "")
    matches = match_trainings(session, employer_id, label, {competency_id: 1.0}, on=on, language=language, limit=limit)
    return _hits(session, matches)


def reindex(actor: Actor, installation: Installation, employer_id: int) -> IndexReport:
    """Bring an employer's competencies, trainings and the ties between them up to date in the index.

    Called when a catalogue, the employer's competencies or a shared framework has changed; writes what differs only.
    """
    require(actor, Act.SYNC, employer_id=employer_id)
    with installation.store.begin() as session:
        on = today_at(session, installation, employer_id)
        language = session.get_one(Organisation, employer_id).language
        competencies = index_competencies(session, employer_id)
        ties = tie_trainings(session, employer_id, language, on)
        trainings = index_trainings(session, employer_id, language, on)
    return IndexReport(competencies, trainings, ties)


def _hits(session: Session, matches: list[TrainingMatch]) -> tuple[TrainingHit, ...]:
    ids = [match.training_id for match in matches]
    rows = {row.id: row for row in session.scalars(select(Training).where(Training.id.in_(ids)))}
    return tuple(_hit(rows[match.training_id], match.reasons) for match in matches)


def _hit(row: Training, reasons: tuple[Reason, ...]) -> TrainingHit:
    return TrainingHit(
        training_id=row.id,
        title=row.title,
        provider=row.provider,
        language=row.language,
        price=row.price,
        currency=row.currency,
        hours=row.hours,
        place=row.place,
        url=row.url,
        next_starts_on=row.next_starts_on,
        reasons=reasons,
    )
