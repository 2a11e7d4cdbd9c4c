"""Days."""

from __future__ import annotations

import contextlib
import re
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

from connector.errors import RecordError
from connector.sources.stamps import moment_of
from connector.sync.converters.kinds import Options, kind_of
from connector.sync.converters.numbers import number
from connector.sync.converters.texts import false_as_empty, text

_EARLIEST = 1900
_NO_END = 2200
# A column that may not be empty: MySQL and SAP fill it with zeros, .NET with its first day, spreadsheets with day zero.
_ZEROS = re.compile(r"1900-01-00.*|(?=[^1-9]*0)[0\-/. :TZ+]+")
_DAYS_ZERO = frozenset({date(1899, 12, 30), date(1899, 12, 31)})
_ISO = "%Y-%m-%d"
_PARTS = {"%d": r"\d{1,2}", "%m": r"\d{1,2}", "%Y": r"\d{4}"}
_SHOWN = date(2026, 12, 31)  # tells day, month and year apart


def day(value: Any, options: Options) -> date | None:
    """A date: as `format` says (strptime), else ISO or `/Date(milliseconds)/` in UTC. The time of a moment is dropped.
    Between the parts of `format` a slash, dash or point is the same: 1/9/2026 and 1-9-2026.

    Systems that must write something write 31/12/9999 for "no end" and 0000-00-00, 0001-01-01, 1900-01-00 or 1899-12-30
    for "no date": a day from 2200 on, of only zeros, of the year 1 or of a spreadsheet's zero says nothing. 1900-01-01
    is a day, for systems mean it (since always). Another one before 1900 is an error.
    """
    return _said(_any_day(value, options), value)


def _said(found: date | None, value: Any) -> date | None:
    if found is None or found.year >= _NO_END or found.year == date.min.year or found in _DAYS_ZERO:
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
    if found is None or _ZEROS.fullmatch(found):
        return None
    form = options.get("format", _ISO)
    if "format" in options:
        for written, expected in ((found, form), (_slashed(found), _slashed(form))):
            with contextlib.suppress(ValueError):
                return datetime.strptime(written, expected).date()  # noqa: DTZ007
    counted = moment_of(found) if found.startswith("/Date(") else None
    if counted is not None:
        return counted.date()
    try:
        return date.fromisoformat(found[:10])
    except ValueError as error:
        raise RecordError(_why_not(found, form), kind=kind_of(value)) from error


def _slashed(text: str) -> str:
    return text.replace("-", "/").replace(".", "/")


def _why_not(text: str, form: str) -> str:
    """It is written as it should be, but no such day exists; or it is written otherwise."""
    if any(_looks_like(one).match(_slashed(text)) for one in (form, _ISO)):
        return "must be a date that exists"
    forms = ", ".join(dict.fromkeys(_SHOWN.strftime(one) for one in (form, _ISO)))
    return f"must be a date with its year in four digits, written like {forms}"


@lru_cache
def _looks_like(form: str) -> re.Pattern[str]:
    pieces = re.split(r"(%\w)", _slashed(form))
    return re.compile("".join(_PARTS.get(one, ".+") if one.startswith("%") else re.escape(one) for one in pieces))


def epoch_day(value: Any, options: Options) -> date | None:
    """A date from seconds since 1970 (UTC); 0 means none, and so do the days that `day` leaves empty."""
    seconds = number(value, options)
    if not seconds:
        return None
    try:
        found = datetime.fromtimestamp(int(seconds), UTC).date()
    except (ValueError, OverflowError, OSError) as error:
        raise RecordError("must be seconds since 1970", kind=kind_of(value)) from error
    return _said(found, value)
