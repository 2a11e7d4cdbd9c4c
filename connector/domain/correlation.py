"""Whether a record of an HR system speaks of somebody we know: evidence, weighed and shown.

Used only where neither the source's own key nor the employee number decides. No single fact joins two records: an
address is given to a successor, and two colleagues may share a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from connector.domain.guard import name_words

JOIN_FROM = 0.8
REVIEW_FROM = 0.45
_WEIGHTS = {"same_name": 0.40, "part_of_name": 0.20, "email": 0.45, "hired_on": 0.25, "born_on": 0.40}
_AGAINST = {"other_name": -0.50, "other_number": -0.30, "other_hired_on": -0.10, "other_born_on": -0.60}


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody of this employer. `is_ours`: the same source holds a record of this person that is still there."""

    person_id: int
    fields: Mapping[str, Any]
    has_left: bool = False
    is_ours: bool = False


@dataclass(frozen=True, slots=True)
class Candidate:
    """How sure (0 to 1) a record is this person's, with every piece of evidence and its weight."""

    person_id: int
    confidence: float
    evidence: tuple[tuple[str, float], ...]

    def as_dict(self) -> dict[str, Any]:
        return {
            "person_id": self.person_id,
            "confidence": self.confidence,
            "evidence": [list(e) for e in self.evidence],
        }


@dataclass(frozen=True, slots=True)
class Verdict:
    """Who a new record is: `person_id` when sure, `is_doubtful` when a person must say, else somebody new."""

    person_id: int | None
    is_doubtful: bool
    candidates: tuple[Candidate, ...]


def weigh(record: Mapping[str, Any], known: Known) -> Candidate:
    """The evidence for one candidate."""
    found = [
        *_of_name(record, known.fields),
        *_of_field("email", record, known.fields),
        *_of_field("born_on", record, known.fields),
        *_of_field("employee_number", record, known.fields),
        # Who comes back after leaving has another day of hiring.
        *([] if known.has_left else _of_field("hired_on", record, known.fields)),
    ]
    total = sum(weight for _, weight in found)
    return Candidate(known.person_id, round(min(1.0, max(0.0, total)), 2), tuple(found))


def decide(record: Mapping[str, Any], pool: Sequence[Known]) -> Verdict:
    """Sure, doubtful or somebody new. Two who are both likely are a doubt, and so is a second record in one source."""
    weighed = [(weigh(record, known), known) for known in pool]
    likely = sorted(
        ((candidate, known) for candidate, known in weighed if candidate.confidence >= REVIEW_FROM),
        key=lambda pair: (-pair[0].confidence, pair[0].person_id),
    )
    candidates = tuple(candidate for candidate, _ in likely)
    if not likely:
        return Verdict(None, is_doubtful=False, candidates=())
    best, known = likely[0]
    is_alone = len(likely) == 1
    is_second_record = known.is_ours and not known.has_left
    if best.confidence >= JOIN_FROM and is_alone and not is_second_record:
        return Verdict(best.person_id, is_doubtful=False, candidates=candidates)
    return Verdict(None, is_doubtful=True, candidates=candidates)


def _of_name(record: Mapping[str, Any], known: Mapping[str, Any]) -> list[tuple[str, float]]:
    one, other = name_words(record), name_words(known)
    if not one or not other:
        return []
    if one == other:
        return [("same_name", _WEIGHTS["same_name"])]
    if len(one & other) >= 2 or one < other or other < one:
        return [("part_of_name", _WEIGHTS["part_of_name"])]
    return [] if one & other else [("other_name", _AGAINST["other_name"])]


def _of_field(name: str, record: Mapping[str, Any], known: Mapping[str, Any]) -> list[tuple[str, float]]:
    one, other = record.get(name), known.get(name)
    if not one or not other:
        return []
    if str(one).casefold() == str(other).casefold():
        return [(name, _WEIGHTS[name])] if name in _WEIGHTS else []
    against = "other_number" if name == "employee_number" else f"other_{name}"
    return [(against, _AGAINST[against])] if against in _AGAINST else []
