"""When a sync must stop and ask a person, and what each kind of absence means (design, sections 2 and 5)."""

from __future__ import annotations

from dataclasses import dataclass

LEAVERS_AT_LEAST = 5
LEAVERS_SHARE = 0.10
NEWCOMERS_AT_LEAST = 5
NEWCOMERS_SHARE = 0.25


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
