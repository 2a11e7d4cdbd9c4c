"""Which training teaches which competency: on the word of the catalogue, else where the words leave little doubt."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from connector.linking.indexing import GROUP, is_offered
from connector.linking.matching import CATALOGUE, MATCHED
from connector.linking.search import all_terms
from connector.linking.terms import stem
from connector.linking.words import content_words, fold
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel
from connector.store.hr import Training, TrainingCompetency

_MOST_MATCHED = 3
_AT_ONCE = 400

Tie = tuple[int, int, str]  # training, competency, origin


def tie_trainings(session: Session, employer_id: int, language: str, on: date) -> int:
    """Bring the ties of an employer's trainings up to date; gives how many ties came or went."""
    rows = session.scalars(select(Training).where(is_offered(employer_id, on)).order_by(Training.id)).all()
    named = _named_competencies(
        session, employer_id, {str(code) for row in rows for code in row.competency_codes or ()}
    )
    labels = _Labels(_preferred(session, employer_id))
    wanted: set[Tie] = set()
    for row in rows:
        ties = {(row.id, number, CATALOGUE) for code in row.competency_codes or () for number in named[fold(str(code))]}
        wanted |= ties or _matched(row, labels, language)
    standing = {
        (tie.training_id, tie.competency_id, tie.origin): tie.id
        for tie in session.scalars(
            select(TrainingCompetency)
            .join(Training, Training.id == TrainingCompetency.training_id)
            .where(Training.employer_id == employer_id)
        )
    }
    gone = [standing[tie] for tie in standing if tie not in wanted]
    for part in _parts(gone):
        session.execute(delete(TrainingCompetency).where(TrainingCompetency.id.in_(part)))
    new = sorted(wanted - set(standing))
    session.add_all(TrainingCompetency(training_id=t, competency_id=c, origin=origin) for t, c, origin in new)
    return len(gone) + len(new)


class _Labels:
    """Preferred labels by their words, to find those of which every word stands in a text without asking for each."""

    def __init__(self, rows: Iterable[tuple[int, int | None, str, str]]) -> None:
        self._by_first: defaultdict[str, list[tuple[frozenset[str], bool, int]]] = defaultdict(list)
        for number, owner, text, language in rows:
            terms = frozenset(stem(word, language) for word in content_words(text))
            if terms:
                self._by_first[min(terms)].append((terms, owner is None, number))

    def within(self, text: str, language: str) -> list[int]:
        """The competencies whose whole label stands in the text: the employer's own first, then the longest labels.

        A label of one word must stand there by itself: "techniek" is not what "meettechniek" is about.
        """
        alone = {stem(word, language) for word in content_words(text)}
        there = all_terms(text, language)
        found = {
            (is_shared, -len(terms), number)
            for first in there
            for terms, is_shared, number in self._by_first.get(first, ())
            if terms <= (there if len(terms) > 1 else alone)
        }
        return [number for _, _, number in sorted(found)]


def _matched(row: Training, labels: _Labels, language: str) -> set[Tie]:
    """Competencies whose every word stands in the title or the keywords."""
    about = " ; ".join([row.title, *(str(word) for word in row.keywords or ())])
    return {(row.id, number, MATCHED) for number in labels.within(about, row.language or language)[:_MOST_MATCHED]}


def _named_competencies(session: Session, employer_id: int, codes: set[str]) -> defaultdict[str, set[int]]:
    """Folded name -> competencies with that code or label; the employer's own go before a shared framework's."""
    wanted = {fold(code) for code in codes}
    ranked: defaultdict[str, dict[int, int]] = defaultdict(dict)
    if wanted:
        for number, owner, code, text in _names(session, employer_id):
            for name in {fold(code), fold(text)} & wanted:
                ranked[name][number] = 0 if owner is not None else 1
    best: defaultdict[str, set[int]] = defaultdict(set)
    for name, found in ranked.items():
        first = min(found.values())
        best[name] = {number for number, rank in found.items() if rank == first}
    return best


def _preferred(session: Session, employer_id: int) -> Iterable[tuple[int, int | None, str, str]]:
    rows = session.execute(
        select(Competency.id, CompetencyFramework.employer_id, CompetencyLabel.text, CompetencyLabel.language)
        .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
        .join(CompetencyLabel, CompetencyLabel.competency_id == Competency.id)
        .where(_usable(employer_id), CompetencyLabel.is_preferred, Competency.kind.is_distinct_from(GROUP))
    )
    yield from rows


def _names(session: Session, employer_id: int) -> Iterable[tuple[int, int | None, str, str]]:
    rows = session.execute(
        select(Competency.id, CompetencyFramework.employer_id, Competency.code, CompetencyLabel.text)
        .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
        .join(CompetencyLabel, CompetencyLabel.competency_id == Competency.id)
        .where(_usable(employer_id))
    )
    yield from rows


def _usable(employer_id: int) -> ColumnElement[bool]:
    owner = CompetencyFramework.employer_id
    return and_(or_(owner.is_(None), owner == employer_id), Competency.retired_at.is_(None))


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
