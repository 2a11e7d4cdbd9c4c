"""From a text to competencies, and from there and from the text itself to trainings, each with its reasons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.linking.indexing import is_offered
from connector.linking.labels import preferred_labels
from connector.linking.reasons import WORDS, Reason
from connector.linking.relations import BROADER, CLOSE, SAME, neighbours
from connector.linking.search import (
    Hit,
    all_terms,
    competency_kind,
    names_a_word,
    search,
    share_of_words,
    training_kind,
)
from connector.linking.terms import DEFAULT_LANGUAGE
from connector.linking.words import content_words
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.hr import Training, TrainingCompetency

FITS = 0.4  # a training under this says too little of the question to be shown
NAMES = 0.5  # a competency under this is not what the text is about
_OWN_FIRST = 0.02  # the employer's own words go before those of a framework when they fit as well
_WORTH = {SAME: 1.0, CLOSE: 0.8, BROADER: 0.7}
_GUESSED = 0.8
_MOST_REASONS = 3
_WIDE = 60  # candidates looked at for each suggestion shown
_WIDE_LABELS = 5
_NEAR_BEST = 0.85  # what fits much less than the best is not meant

CATALOGUE = "catalogue"
MATCHED = "matched"


@dataclass(frozen=True, slots=True)
class CompetencyMatch:
    """A competency that a text is about; `score` 0-1, `words` those of the text that it answers."""

    competency_id: int
    label: str
    framework: str
    score: float
    words: tuple[str, ...]

    @property
    def reason(self) -> Reason:
        return Reason(WORDS, words=self.words)


@dataclass(slots=True)
class _Candidate:
    by_text: float = 0.0
    by_competency: float = 0.0
    reasons: list[tuple[float, Reason]] = field(default_factory=list)

    @property
    def score(self) -> float:
        """Either way of fitting is enough; both are better."""
        return 1 - (1 - min(self.by_text, 0.99)) * (1 - min(self.by_competency, 0.99))


@dataclass(frozen=True, slots=True)
class TrainingMatch:
    training_id: int
    score: float
    reasons: tuple[Reason, ...]


def match_competencies(
    session: Session, employer_id: int, text: str, *, language: str, limit: int
) -> list[CompetencyMatch]:
    """The competencies, the employer's own and those of the shared frameworks, that a text is about.

    A label that the text covers whole goes before one of which it says a part.
    """
    hits: dict[int, tuple[float, Hit]] = {}
    for owner, ahead in ((employer_id, _OWN_FIRST), (None, 0.0)):
        size = _number_of_competencies(session, owner)
        for hit in search(session, competency_kind(owner), size, text, limit=limit * _WIDE_LABELS, least=NAMES):
            hits[hit.document_id] = (hit.score + ahead, hit)
    covered = _covered(session, hits, text)
    scores = {number: score * (0.7 + 0.3 * covered.get(number, 0.0)) for number, (score, _) in hits.items()}
    least = max(NAMES, _NEAR_BEST * max(scores.values(), default=0.0))
    best = sorted((number for number in scores if scores[number] >= least), key=lambda n: (-round(scores[n], 6), n))
    labels = preferred_labels(session, best, language)
    frameworks = _frameworks(session, best)
    return [
        CompetencyMatch(number, labels[number], frameworks[number], min(1.0, scores[number]), hits[number][1].words)
        for number in best
        if number in frameworks and number in labels
    ][:limit]


def match_trainings(
    session: Session,
    employer_id: int,
    text: str,
    about: Mapping[int, float],
    *,
    on: date,
    language: str,
    limit: int,
) -> list[TrainingMatch]:
    """The trainings of an employer that fit a text and the competencies (id -> 0-1) that it is about, best first."""
    candidates: defaultdict[int, _Candidate] = defaultdict(_Candidate)
    size = session.scalar(select(func.count()).select_from(Training).where(is_offered(employer_id, on))) or 0
    for hit in search(session, training_kind(employer_id), size, text, limit=limit * _WIDE):
        candidate = candidates[hit.document_id]
        candidate.by_text = hit.score
        candidate.reasons.append((hit.score, Reason(WORDS, words=hit.words)))
    _add_taught(session, employer_id, about, candidates, language)
    fitting = {number: each for number, each in candidates.items() if each.score >= FITS}
    offered = _offered(session, employer_id, fitting, on)
    best = sorted(
        offered, key=lambda number: (-round(fitting[number].score, 6), offered[number].title.casefold(), number)
    )
    return [
        TrainingMatch(number, fitting[number].score, _told(fitting[number], offered[number])) for number in best[:limit]
    ]


def _add_taught(
    session: Session,
    employer_id: int,
    about: Mapping[int, float],
    candidates: defaultdict[int, _Candidate],
    language: str,
) -> None:
    around = neighbours(session, about)
    taught_by = _trainings_by_competency(session, employer_id, {near for each in around.values() for near in each})
    labels = preferred_labels(session, taught_by, language)
    for competency_id, near in around.items():
        for number, relation in near.items():
            for training_id, origin in taught_by.get(number, ()):
                is_guessed = origin == MATCHED
                value = about[competency_id] * _WORTH[relation] * (_GUESSED if is_guessed else 1.0)
                candidate = candidates[training_id]
                candidate.by_competency = max(candidate.by_competency, value)
                candidate.reasons.append((value, Reason(relation, labels.get(number), is_guessed=is_guessed)))


def _told(candidate: _Candidate, row: Training) -> tuple[Reason, ...]:
    """The weightiest reasons, each once."""
    ordered = sorted(candidate.reasons, key=lambda reason: -reason[0])
    said = [reason for _, reason in ordered if reason.kind != WORDS or reason.words]
    return tuple(dict.fromkeys(_placed(reason, row) for reason in said))[:_MOST_REASONS]


def _placed(reason: Reason, row: Training) -> Reason:
    """Words that stand in the description only may be there in passing: say so."""
    if reason.kind != WORDS:
        return reason
    up_front = " ".join([row.title, *map(str, row.keywords or ())])
    language = row.language or DEFAULT_LANGUAGE
    is_seen = any(names_a_word(word, up_front, language) for each in reason.words for word in content_words(each))
    return reason if is_seen else replace(reason, is_aside=True)


def _trainings_by_competency(
    session: Session, employer_id: int, competency_ids: Collection[int]
) -> dict[int, list[tuple[int, str]]]:
    found: dict[int, list[tuple[int, str]]] = {}
    rows = session.execute(
        select(TrainingCompetency.competency_id, TrainingCompetency.training_id, TrainingCompetency.origin)
        .join(Training, Training.id == TrainingCompetency.training_id)
        .where(Training.employer_id == employer_id, TrainingCompetency.competency_id.in_(competency_ids))
        .order_by(TrainingCompetency.id)
    )
    for competency_id, training_id, origin in rows:
        found.setdefault(competency_id, []).append((training_id, origin))
    return found


def _offered(session: Session, employer_id: int, ids: Collection[int], on: date) -> dict[int, Training]:
    rows = session.scalars(select(Training).where(is_offered(employer_id, on), Training.id.in_(ids)))
    return {row.id: row for row in rows}


def _covered(session: Session, ids: Collection[int], text: str) -> dict[int, float]:
    """For each competency, the share of its best label that the text says."""
    said = all_terms(text, DEFAULT_LANGUAGE, is_goal=True)
    found: dict[int, float] = {}
    for competency_id, label, language in session.execute(
        select(CompetencyLabel.competency_id, CompetencyLabel.text, CompetencyLabel.language).where(
            CompetencyLabel.competency_id.in_(ids)
        )
    ):
        found[competency_id] = max(found.get(competency_id, 0.0), share_of_words(label, said, language))
    return found


def _frameworks(session: Session, ids: Collection[int]) -> dict[int, str]:
    rows = session.execute(
        select(Competency.id, CompetencyFramework.name)
        .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
        .where(Competency.id.in_(ids), Competency.retired_at.is_(None))
    )
    return {row.id: row.name for row in rows}


def _number_of_competencies(session: Session, owner: int | None) -> int:
    column = CompetencyFramework.employer_id
    return (
        session.scalar(
            select(func.count())
            .select_from(Competency)
            .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
            .where(column.is_(None) if owner is None else column == owner, Competency.retired_at.is_(None))
        )
        or 0
    )
