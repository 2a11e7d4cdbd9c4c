"""Asking the index: reads the postings of the question's own terms and of nothing else.

The score of a document is the share of what the question says that the document holds: each word counts by how rare
it is, so that 1 means every word in a good place, and 0 nothing.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.linking.terms import possible_parts, runs, stem, stems
from connector.linking.words import content_words, surface_forms
from connector.store.competencies import IndexPosting

_MOST_WORDS = 60  # different words of a question that are looked up
_WHOLE = 8  # the weightiest words that make up a whole question: a long story is not held against its answers
_PART_SHARE = 0.5  # a compound asked for by one of its parts
_RUN_SHARE = 0.95
_LEAST_ALIKE = 0.62  # share of its runs that a word must have in common with another to count as a variant
_STRANGE_SHARE = 0.6  # a word that no document knows says little about which of them fits
_AT_ONCE = 400  # terms in one statement

Postings = Mapping[str, Mapping[int, float]]


@dataclass(frozen=True, slots=True)
class Hit:
    """`score` is 0-1; `words` are those of the question, as they were written, that the document answers."""

    document_id: int
    score: float
    words: tuple[str, ...]


def training_kind(employer_id: int) -> str:
    """The part of the index that holds an employer's trainings."""
    return f"t{employer_id}"


def competency_kind(employer_id: int | None) -> str:
    """The part that holds an employer's own competencies; None: the frameworks that all share."""
    return "c" if employer_id is None else f"c{employer_id}"


def question_words(text: str) -> list[str]:
    """The different words of a goal or another free text that can be looked up."""
    return list(dict.fromkeys(content_words(text, is_goal=True)))[:_MOST_WORDS]


def search(session: Session, kind: str, size: int, text: str, *, limit: int, least: float = 0.0) -> list[Hit]:
    """The documents of one kind that answer a text, best first; equal scores in the order of their ids.

    `size` is how many documents the kind holds. Documents under the score `least` are left out.
    """
    words = question_words(text)
    postings = _read(session, kind, {term for word in words for term in _lookups(word)})
    strange = [word for word in words if not any(term in postings for term in stems(word))]
    pieces = _read(session, kind, {run for word in strange for run in runs(word)})

    answers = {word: _Answer(word, {**postings, **(pieces if word in strange else {})}, size) for word in words}
    whole = sum(sorted((answer.weight for answer in answers.values()), reverse=True)[:_WHOLE])
    scores: defaultdict[int, float] = defaultdict(float)
    for answer in answers.values():
        for document, value in answer.documents.items():
            scores[document] += value
    best = sorted(scores, key=lambda document: (-round(scores[document], 9), document))
    forms = surface_forms(text)
    return [
        Hit(
            document,
            min(1.0, scores[document] / whole),
            tuple(forms.get(word, word) for word, answer in answers.items() if answer.names(document)),
        )
        for document in best[:limit]
        if scores[document] / whole >= least
    ]


class _Answer:
    """What the index says to one word: how much the word weighs, and what each document gets for it."""

    def __init__(self, word: str, postings: Postings, size: int) -> None:
        self.word = word
        self.documents: dict[int, float] = {}
        own = [term for term in stems(word) if term in postings]
        parts = [part for part in possible_parts(word) if part in postings and part not in own]
        rare = [_rarity(len(postings[term]), size) for term in own or parts]
        self.weight = max(rare, default=_STRANGE_SHARE * _rarity(1, size))
        for term in own:
            self._give(postings[term], _rarity(len(postings[term]), size))
        for part in parts:
            self._give(postings[part], _PART_SHARE * min(self.weight, _rarity(len(postings[part]), size)))
        if not own:
            self._give_alike(postings, size)

    def names(self, document: int) -> bool:
        """Whether the document answers this word by more than a hint."""
        return self.documents.get(document, 0.0) >= 0.2 * self.weight

    def _give(self, documents: Mapping[int, float], factor: float) -> None:
        for document, weight in documents.items():
            self.documents[document] = max(self.documents.get(document, 0.0), weight * factor)

    def _give_alike(self, postings: Postings, size: int) -> None:
        """A word that nobody wrote: the documents with a word that shares most of its runs of letters."""
        wanted = runs(self.word)
        shared: defaultdict[int, list[float]] = defaultdict(list)
        for run in wanted:
            for document, weight in postings.get(run, {}).items():
                shared[document].append(weight)
        alike = {
            document: sum(weights) / len(wanted)
            for document, weights in shared.items()
            if len(weights) / len(wanted) >= _LEAST_ALIKE
        }
        if alike and not self.documents:
            self.weight = _rarity(len(alike), size)
        self._give(alike, _RUN_SHARE * self.weight)


def _lookups(word: str) -> Iterable[str]:
    yield from stems(word)
    yield from possible_parts(word)


def _rarity(documents: int, size: int) -> float:
    """BM25's idf: high for a term that few documents hold, never below 0."""
    return math.log(1 + (max(size, documents) - documents + 0.5) / (documents + 0.5))


def _read(session: Session, kind: str, terms: Collection[str]) -> dict[str, dict[int, float]]:
    found: dict[str, dict[int, float]] = {}
    ordered = sorted(terms)
    for start in range(0, len(ordered), _AT_ONCE):
        rows = session.execute(
            select(IndexPosting.term, IndexPosting.document_id, IndexPosting.weight).where(
                IndexPosting.kind == kind, IndexPosting.term.in_(ordered[start : start + _AT_ONCE])
            )
        )
        for term, document, weight in rows:
            found.setdefault(term, {})[document] = weight
    return found


def share_of_words(inner: str, outer: Collection[str], language: str) -> float:
    """Which share of the counting words of a text stands in these terms; a compound counts for its best part."""
    wanted = set(content_words(inner))
    if not wanted:
        return 0.0
    return sum(_standing(word, outer, language) for word in wanted) / len(wanted)


def names_a_word(word: str, text: str, language: str) -> bool:
    """Whether a word of a question stands in a text: as it is, as a part of a compound, or spelt nearly the same."""
    if not all_terms(text, language).isdisjoint((*stems(word), *possible_parts(word))):
        return True
    wanted = runs(word)
    there = {run for other in content_words(text) for run in runs(other)}
    return bool(wanted) and len(wanted & there) / len(wanted) >= _LEAST_ALIKE


def all_terms(text: str, language: str, *, is_goal: bool = False) -> set[str]:
    """Every stem of a text, and every part that its compounds could have."""
    words = set(content_words(text, is_goal=is_goal))
    return {term for word in words for term in (*stems(word), *possible_parts(word, language))}


def _standing(word: str, terms: Collection[str], language: str) -> float:
    if stem(word, language) in terms:
        return 1.0
    return _PART_SHARE if any(part in terms for part in possible_parts(word, language)) else 0.0
