"""Moments as other systems write them: in a question ("changed since") and in a record ("last changed at").

A format is `iso`, `epoch`, `epoch_ms`, `odata` (2026-11-22T09:00:00Z), `odata_v2` (datetimeoffset'…' in a question,
/Date(ms+0000)/ in a record) or a text for strftime. A moment without a zone of its own stands in the mapping's `zone`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import jmespath
from jmespath.exceptions import JMESPathError

from connector.sources.reader import Raw

FORMATS = ("iso", "epoch", "epoch_ms", "odata", "odata_v2")
_NET_DATE = re.compile(r"/Date\((-?\d{1,15})(?:[+-]\d{1,4})?\)/")
_MILLISECONDS_FROM = 100_000_000_000  # seconds: the year 5138; milliseconds: 1973
_DIGITS = 9  # shorter in text is a day without dashes
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def written(since: str, form: str = "iso", zone: str = "UTC") -> str | int:
    """The ISO moment `since` as a question writes it. Never later than it: a part of a second is cut off.

    >>> written("2026-11-22T09:00:00.75+00:00", "odata_v2")
    "datetimeoffset'2026-11-22T09:00:00Z'"
    """
    moment = datetime.fromisoformat(since)
    if form == "epoch":
        return (moment - _EPOCH) // timedelta(seconds=1)
    if form == "epoch_ms":
        return (moment - _EPOCH) // timedelta(milliseconds=1)
    utc = moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if form == "odata":
        return utc
    if form == "odata_v2":
        return f"datetimeoffset'{utc}'"
    if form == "iso":
        return utc if zone == "UTC" else moment.astimezone(ZoneInfo(zone)).isoformat(timespec="seconds")
    return moment.astimezone(ZoneInfo(zone)).strftime(form)


def moment_of(value: Any, form: str = "iso", zone: str = "UTC") -> datetime | None:
    """The moment that a stamp in a record names, in UTC; None when it cannot be read.

    Numbers count seconds or milliseconds since 1970, whatever the format. Of an hour that a clock shows twice it is
    the first: too early only means reading a record again.
    """
    try:
        if isinstance(value, bool):
            return None
        if isinstance(value, int | float):
            return _counted(float(value), form)
        if not isinstance(value, str):
            return None
        if value.strip().isdecimal() and (
            form.startswith("epoch") or (len(value.strip()) >= _DIGITS and "%" not in form)
        ):
            return _counted(float(value), form)
        found = _NET_DATE.fullmatch(value.strip())
        if found:
            return _EPOCH + timedelta(milliseconds=int(found[1]))
        moment = datetime.strptime(value, form) if "%" in form else datetime.fromisoformat(value.strip())  # noqa: DTZ007
        return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def newest(
    records: Iterable[Raw], paths: Sequence[str], form: str = "iso", zone: str = "UTC", until: str | None = None
) -> str | None:
    """The newest stamp at any of the paths (JMESPath; a list counts whole) in any record, as an ISO moment in UTC.

    What is later than `until` is left out: one record with a stamp in a far future would hide all later changes.
    """
    latest = datetime.fromisoformat(until) if until else None
    found: datetime | None = None
    for value in _stamps(records, paths):
        moment = moment_of(value, form, zone)
        if moment is not None and (latest is None or moment <= latest) and (found is None or moment > found):
            found = moment
    return found.isoformat() if found else None


def _stamps(records: Iterable[Raw], paths: Sequence[str]) -> Iterator[Any]:
    plain = [path for path in paths if path.isidentifier()]
    others = [jmespath.compile(path) for path in paths if not path.isidentifier()]
    for record in records:
        for path in plain:
            yield from _each(record.get(path))
        for expression in others:
            try:
                yield from _each(expression.search(record))
            except JMESPathError:
                continue


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        yield from value
    elif value is not None:
        yield value


def _counted(number: float, form: str) -> datetime:
    is_fine = form == "epoch_ms" or (form != "epoch" and abs(number) >= _MILLISECONDS_FROM)
    return _EPOCH + (timedelta(milliseconds=number) if is_fine else timedelta(seconds=number))
