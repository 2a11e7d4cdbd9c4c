"""Keeping the index: what documents weigh now against what stands in it; only what differs is written."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select
from sqlalchemy.orm import Session

from connector.linking.postings import Field, Label, Weights, vocabulary, weigh_fields, weigh_labels
from connector.linking.search import competency_kind, training_kind
from connector.linking.terms import RUN
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel, IndexPosting
from connector.store.hr import Training

GROUP = "group"  # a heading of a framework: it gathers competencies and is none itself
_AT_ONCE = 400


def index_trainings(session: Session, employer_id: int, language: str, on: date) -> int:
    """Bring the index of an employer's trainings up to date; gives how many documents were written or taken out.

    `language` is the employer's, for trainings that do not say theirs; `on` is today.
    """
    rows = session.scalars(select(Training).where(is_offered(employer_id, on))).all()
    texts = {row.id: _fields(row) for row in rows}
    known = vocabulary((field.text, row.language or language) for row in rows for field in texts[row.id])
    known |= _terms_of(session, competency_kind(None)) | _terms_of(session, competency_kind(employer_id))
    weights = {row.id: weigh_fields(texts[row.id], row.language or language, known.__contains__) for row in rows}
    return _write(session, training_kind(employer_id), weights)


def index_competencies(session: Session, employer_id: int | None) -> int:
    """Bring the index of an employer's own competencies (None: of the shared frameworks) up to date."""
    owner = CompetencyFramework.employer_id
    labels: defaultdict[int, list[Label]] = defaultdict(list)
    rows = session.execute(
        select(
            CompetencyLabel.competency_id, CompetencyLabel.text, CompetencyLabel.language, CompetencyLabel.is_preferred
        )
        .join(Competency, Competency.id == CompetencyLabel.competency_id)
        .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
        .where(
            owner.is_(None) if employer_id is None else owner == employer_id,
            Competency.retired_at.is_(None),
            Competency.kind.is_distinct_from(GROUP),
        )
    )
    for competency_id, text, language, is_preferred in rows:
        labels[competency_id].append(Label(text, language, is_preferred))
    known = vocabulary((label.text, label.language) for each in labels.values() for label in each)
    weights = {number: weigh_labels(each, known.__contains__) for number, each in labels.items()}
    return _write(session, competency_kind(employer_id), weights)


def is_offered(employer_id: int, on: date) -> ColumnElement[bool]:
    """The condition: a training of this employer that is not retired on a day."""
    return and_(Training.employer_id == employer_id, or_(Training.retired_on.is_(None), Training.retired_on > on))


def _fields(row: Training) -> list[Field]:
    found = [
        Field(row.title, 4.0, has_runs=True),
        Field(" ; ".join(str(word) for word in row.keywords or ()), 3.0, has_runs=True),
        Field(row.description or "", 1.0),
        Field(row.aim or "", 1.0),
    ]
    return [field for field in found if field.text]


def _terms_of(session: Session, kind: str) -> set[str]:
    terms = session.scalars(select(IndexPosting.term).where(IndexPosting.kind == kind).distinct())
    return {term for term in terms if not term.startswith(RUN)}


def _write(session: Session, kind: str, wanted: Mapping[int, Weights]) -> int:
    standing: defaultdict[int, Weights] = defaultdict(dict)
    for document, term, weight in session.execute(
        select(IndexPosting.document_id, IndexPosting.term, IndexPosting.weight).where(IndexPosting.kind == kind)
    ):
        standing[document][term] = weight
    rounded = {document: {term: round(x, 4) for term, x in weights.items()} for document, weights in wanted.items()}
    stale = [document for document in standing if standing[document] != rounded.get(document)]
    fresh = [document for document in rounded if standing.get(document, {}) != rounded[document]]
    for part in _parts(stale):
        session.execute(delete(IndexPosting).where(IndexPosting.kind == kind, IndexPosting.document_id.in_(part)))
    for part in _parts(fresh):
        session.execute(
            insert(IndexPosting),
            [
                {"kind": kind, "term": term, "document_id": document, "weight": weight}
                for document in part
                for term, weight in rounded[document].items()
            ],
        )
    return len({*stale, *fresh})


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
