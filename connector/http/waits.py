"""How long to wait before the next try."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

_LONGEST = 30.0


def asked_wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that `Retry-After` asks for, in either of its forms; None when it says nothing that can be read.

    A moment is measured against the answer's own `Date`, so that a clock that runs wrong on either side does no harm.
    """
    value = headers.get("Retry-After", "").strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    until, sent = _moment(value), _moment(headers.get("Date", ""))
    if until is None or sent is None:
        return None
    return max(0.0, (until - sent).total_seconds())


def _moment(value: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(value)
    except (TypeError, ValueError):
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def backoff(attempt: int, first_seconds: float, chance: float) -> float:
    """Seconds after the given try (1, 2, …): doubling, with half of it left to chance (0 to 1)."""
    whole: float = min(_LONGEST, first_seconds * 2.0 ** (attempt - 1))
    return whole * (0.5 + chance / 2)
