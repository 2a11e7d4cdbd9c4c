"""From texts to the weighted terms of one document.

A weight holds only what the document itself decides: how often and where a term stands, and how long the text is
against a fixed length. How rare a term is, is counted when somebody asks, so that a document that comes or goes
never makes the weights of the others wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from connector.linking.terms import DEFAULT_LANGUAGE, known_parts, runs, stem
from connector.linking.words import content_words

_PART_SHARE = 0.6  # a part of a compound says less than the word itself
_SATURATION = 1.2  # how soon one more occurrence adds nothing: BM25's k1
_LENGTH_SHARE = 0.5  # how much a long text is held against its words: BM25's b
_USUAL_LENGTH = 150.0  # weighted words of a usual training
_USUAL_LABEL = 4.0  # words of a usual label
_ALTERNATIVE = 0.9  # a word for a competency that is not the preferred one

IsKnown = Callable[[str], bool]
Weights = dict[str, float]


@dataclass(frozen=True, slots=True)
class Field:
    """A text of a document. `boost` says how much a word counts here; `has_runs` adds its runs of letters."""

    text: str
    boost: float
    has_runs: bool = False


@dataclass(frozen=True, slots=True)
class Label:
    text: str
    language: str
    is_preferred: bool


def vocabulary(texts: Iterable[tuple[str, str | None]]) -> set[str]:
    """The stems of every word of (text, language)."""
    found = {(word, language or DEFAULT_LANGUAGE) for text, language in texts for word in content_words(text)}
    return {stem(word, language) for word, language in found}


def weigh_fields(fields: Iterable[Field], language: str | None, is_known: IsKnown) -> Weights:
    """The terms of a training: counted over its fields, saturated, and held against its length."""
    spoken = language or DEFAULT_LANGUAGE
    counts: Counter[str] = Counter()
    length = 0.0
    for field in fields:
        for word in content_words(field.text):
            length += field.boost
            for term, share in _terms(word, spoken, is_known, field.has_runs).items():
                counts[term] += field.boost * share  # type: ignore[assignment]
    norm = 1 - _LENGTH_SHARE + _LENGTH_SHARE * length / _USUAL_LENGTH
    return {term: count / (count + _SATURATION * norm) for term, count in counts.items()}


def weigh_labels(labels: Iterable[Label], is_known: IsKnown) -> Weights:
    """The terms of a competency: each label stands by itself, and a term weighs as in the label that suits it best."""
    weights: Weights = {}
    for label in labels:
        words = content_words(label.text)
        norm = 1 - _LENGTH_SHARE + _LENGTH_SHARE * len(words) / _USUAL_LABEL
        full = (1.0 if label.is_preferred else _ALTERNATIVE) / (1 + 0.4 * norm)
        for word in words:
            for term, share in _terms(word, label.language, is_known, has_runs=False).items():
                weights[term] = max(weights.get(term, 0.0), full * share)
    return weights


def _terms(word: str, language: str, is_known: IsKnown, has_runs: bool) -> Mapping[str, float]:
    terms = dict.fromkeys(known_parts(word, language, is_known), _PART_SHARE)
    terms[stem(word, language)] = 1.0
    if has_runs:
        terms.update(dict.fromkeys(runs(word), 1.0))
    return terms
