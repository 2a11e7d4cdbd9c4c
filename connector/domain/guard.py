"""When a sync must stop and ask a person, and what each kind of absence means (design, sections 2 and 5)."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

LEAVERS_AT_LEAST = 5
LEAVERS_SHARE = 0.10
LATELY_DAYS = 7
LATELY_AT_LEAST = 10
LATELY_SHARE = 0.15
KEY_FIELDS_AT_LEAST = 20
KEY_FIELDS_SHARE = 0.25
KEY_FIELDS = ("employee_number", "display_name", "family_name", "supervisor", "unit", "job")
NEWCOMERS_AT_LEAST = 5
NEWCOMERS_SHARE = 0.25


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that must not pass unseen: what (`missing`, `all_missing`, `arriving`, `leaving`, `leaving_lately`,
    `changing`) of which resource, how many of how many, and above which number a person is asked."""

    kind: str
    resource: str
    count: int
    known: int
    limit: int
    hint: str = ""

    @property
    def sentence(self) -> str:
        words = _SENTENCES[self.kind].format(count=self.count, known=self.known, limit=self.limit)
        return f"{self.resource}: {words}"

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "sentence": self.sentence}


_SENTENCES = {
    "missing": "{count} of {known} records are no longer there; more than {limit} needs a person's yes",
    "all_missing": "{count} of {known} records are no longer there; all of them needs a person's yes",
    "arriving": "{count} people are new where {known} were known; more than {limit} at once needs a person's yes",
    "leaving": "{count} of {known} people would leave; more than {limit} at once needs a person's yes",
    "leaving_lately": "{count} of {known} people would have left within a week; more than {limit} needs a person's yes",
    "changing": "{count} of {known} people would change in name, number, job, unit or supervisor; "
    "more than {limit} at once needs a person's yes",
}


@dataclass(frozen=True, slots=True)
class Absent:
    """Records known before and not in a complete scan, of how many."""

    missing: int
    known: int

    @property
    def limit(self) -> int:
        """More than this many stops the run: a town of 80 needs a floor, a company of 8,000 a share."""
        return max(LEAVERS_AT_LEAST, int(self.known * LEAVERS_SHARE))

    @property
    def is_too_many(self) -> bool:
        return self.missing > self.limit

    @property
    def is_everything(self) -> bool:
        return self.known > 0 and self.missing == self.known


def is_complete(received: int, total: int | None) -> bool:
    """A scan counts as complete when the source gave no total of its own, or exactly that many records."""
    return total is None or received == total


@dataclass(frozen=True, slots=True)
class Arriving:
    """People who are new to a source that completed a run before. Very many at once are mostly the same people under
    other keys (a spreadsheet that dropped leading zeros): taking them in would double everybody."""

    new: int
    known: int

    @property
    def limit(self) -> int:
        return max(NEWCOMERS_AT_LEAST, int(self.known * NEWCOMERS_SHARE))

    @property
    def is_too_many(self) -> bool:
        return self.known > 0 and self.new > self.limit


def differ_in_zeros_only(new: set[str], known: set[str]) -> int:
    """How many new keys are known ones with other leading zeros."""
    bare = {key.lstrip("0") for key in known}
    return sum(key.lstrip("0") in bare for key in new - known)


@dataclass(frozen=True, slots=True)
class Turning:
    """People known before whom one source would turn at once: who leave, and whose key fields change, of how many."""

    leaving: int
    changing: int
    known: int

    @property
    def leaving_limit(self) -> int:
        return max(LEAVERS_AT_LEAST, int(self.known * LEAVERS_SHARE))

    @property
    def changing_limit(self) -> int:
        return max(KEY_FIELDS_AT_LEAST, int(self.known * KEY_FIELDS_SHARE))

    @property
    def is_too_many(self) -> bool:
        return self.leaving > self.leaving_limit or self.changing > self.changing_limit


def has_left(mapped: Mapping[str, Any], today: date) -> bool:
    """Whether a record says that somebody has left by today."""
    left_on = mapped.get("left_on")
    return mapped.get("status") == "left" or (left_on is not None and left_on < today.isoformat())


@dataclass(frozen=True, slots=True)
class LeavingLately:
    """People whom the runs of a week, since a person last looked, would have left together: an export that loses some
    each night stays below every limit of one run. `before` are those of earlier runs."""

    now: int
    before: int
    known: int

    @property
    def leaving(self) -> int:
        return self.now + self.before

    @property
    def limit(self) -> int:
        return max(LATELY_AT_LEAST, int((self.known + self.before) * LATELY_SHARE))

    @property
    def is_too_many(self) -> bool:
        """Never of a run in which nobody leaves: there would be nothing to allow."""
        return self.now > 0 and self.leaving > self.limit


def is_somebody_else(old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether a record seems to speak of another human than before: a number that was given to a newcomer.

    No word of the name in common; or another name and another day of hiring. A marriage or a rehire is neither.
    """
    before, after = name_words(old), name_words(new)
    if not before or not after or before == after:
        return False
    if not before & after:
        return True
    return bool(old.get("hired_on") and new.get("hired_on") and old["hired_on"] != new["hired_on"])


def name_words(person: Mapping[str, Any]) -> set[str]:
    """The words of somebody's names, without accents, case and initials, in whatever order they stand."""
    names = (person.get(field) or "" for field in ("given_name", "family_name", "display_name"))
    return {word for name in names for word in _plain(name).replace("-", " ").split() if len(word) > 1}


def _plain(name: str) -> str:
    """Without accents and case: two systems seldom spell Yılmaz alike."""
    apart = unicodedata.normalize("NFKD", name.replace("ı", "i").replace("İ", "I"))
    return "".join(letter for letter in apart if not unicodedata.combining(letter)).casefold()
