"""The named converters on the way out: a fact of ours becomes a value of theirs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from connector.errors import RecordError
from connector.sync.converters import Options, code, kind_of, text, whole


def moment(value: Any, options: Options) -> str | None:
    """A moment in UTC: as `format` says (strftime), else ISO 8601."""
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(value).astimezone(UTC)
    except (TypeError, ValueError) as error:
        raise RecordError("must be a moment", kind=kind_of(value)) from error
    return found.strftime(options["format"]) if "format" in options else found.isoformat().replace("+00:00", "Z")


def day(value: Any, options: Options) -> str | None:
    """The date of a day or moment, as `format` says (strftime), else ISO 8601."""
    if value is None:
        return None
    try:
        found = date.fromisoformat(value[:10])
    except (TypeError, ValueError) as error:
        raise RecordError("must be a day", kind=kind_of(value)) from error
    return found.strftime(options["format"]) if "format" in options else found.isoformat()


WRITE_CONVERTERS: dict[str, Callable[[Any, Options], Any]] = {
    "moment": moment,
    "day": day,
    "text": text,
    "whole": whole,
    "code": code,
}
WRITE_EXAMPLES: dict[str, list[tuple[Any, dict[str, Any]]]] = {
    "moment": [("2026-12-03T09:00:00+00:00", {}), ("2026-12-03T09:00:00+00:00", {"format": "%Y-%m-%d %H:%M:%S"})],
    "day": [("2026-12-03T09:00:00+00:00", {}), ("2026-12-03", {"format": "%d/%m/%Y"})],
    "text": [(7, {})],
    "whole": [("75", {})],
    "code": [(75, {"codes": {"50": "B", "75": "C"}})],
}
