"""Days."""

from __future__ import annotations

import contextlib
from datetime import UTC, date, datetime
from typing import Any

from connector.errors import RecordError
from connector.sources.stamps import moment_of
from connector.sync.converters.kinds import Options, kind_of
from connector.sync.converters.numbers import number
from connector.sync.converters.texts import false_as_empty, text

_EARLIEST = 1900
_NO_END = 2200


def day(value: Any, options: Options) -> date | None:
    """A date: as `format` says (strptime), else ISO or `/Date(milliseconds)/` in UTC. The time of a moment is dropped.

    Systems write 31/12/9999 for "no end": a day from 2200 on says nothing. One before 1900 is an error.
    """
    found = _any_day(value, options)
    if found is None or found.year >= _NO_END:
        return None
    if found.year < _EARLIEST:
        raise RecordError(f"must be a date from {_EARLIEST} on", kind=kind_of(value))
    return found


def _any_day(value: Any, options: Options) -> date | None:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date) or value is None:
        return value
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    if "format" in options:
        with contextlib.suppress(ValueError):
            return datetime.strptime(found, options["format"]).date()  # noqa: DTZ007
    counted = moment_of(found) if found.startswith("/Date(") else None
    if counted is not None:
        return counted.date()
    try:
        return date.fromisoformat(found[:10])
    except ValueError as error:
        raise RecordError("must be a date that exists", kind=kind_of(value)) from error


def epoch_day(value: Any, options: Options) -> date | None:
    """A date from seconds since 1970 (UTC); 0 means none."""
    seconds = number(value, options)
    if not seconds:
        return None
    try:
        return datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise RecordError("must be seconds since 1970", kind=kind_of(value)) from error
