"""Asking a REST source only for what changed since a moment."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import Schema, ValidationError, fields, validates_schema

from connector.sources.options import is_path
from connector.sources.stamps import FORMATS, written

_PLACE = "{since}"
_JOINED = ("$filter", "filter")  # of OData and of SCIM: what the mapping always asks still holds


def is_format(text: str) -> None:
    """Check of a field that names how a moment is written."""
    if text not in FORMATS and "%" not in text:
        raise ValidationError(f"not one of {', '.join(FORMATS)}, nor a text for strftime")
    datetime(2026, 1, 1, tzinfo=UTC).strftime(text)


def is_zone(text: str) -> None:
    """Check of a field that names a time zone."""
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError) as error:
        raise ValidationError("not a time zone, such as Europe/Brussels") from error


class SupportedSchema(Schema):
    """A call that tells whether the source can be asked for changes at all."""

    path = fields.String(required=True, metadata={"doc": "The address below url, without a leading slash."})
    params = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "The parameters of the call."})
    holds = fields.String(
        required=True,
        validate=is_path,
        metadata={
            "doc": "A path (JMESPath) in the answer; nothing, an empty list or false there means that it cannot."
        },
    )


class SinceSchema(Schema):
    """How a resource is asked for what changed since a moment; all of it is `>=`, ties are read again."""

    params = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "doc": "Parameters added to those of `params` when only changes are asked for; {since} in a value becomes"
            ' the moment: { updated_since = "{since}" }. A `$filter` or `filter` that is there already is kept and'
            " joined by `and`; any other parameter of the same name is replaced."
        },
    )
    format = fields.String(
        load_default="iso",
        validate=is_format,
        metadata={
            "doc": "How the moment is written: iso, epoch (seconds), epoch_ms, odata (2026-11-22T09:00:00Z), odata_v2"
            " (datetimeoffset'…'), or a text for strftime such as %Y-%m-%d."
        },
    )
    zone = fields.String(
        load_default="UTC",
        validate=is_zone,
        metadata={"doc": "The time zone in which the source writes moments, for iso and strftime."},
    )
    supported = fields.Nested(
        SupportedSchema,
        load_default=None,
        allow_none=True,
        metadata={
            "doc": "A call that tells whether the source can be asked so; where it cannot, everything is read."
            " Default: it can."
        },
    )

    @validates_schema
    def _asks(self, data: dict[str, Any], **_: Any) -> None:
        if _PLACE not in str(data["params"]):
            raise ValidationError(f"no value holds {_PLACE}", "params")


def asked_since(params: Mapping[str, Any], options: Mapping[str, Any] | None, since: str | None) -> dict[str, Any]:
    """The parameters of a call; with a moment, and a `since` table that says how, only for what changed since."""
    found = dict(params)
    if since is None or options is None:
        return found
    moment = written(since, options["format"], options["zone"])
    for name, value in options["params"].items():
        asked = _filled(value, moment)
        found[name] = f"({found[name]}) and {asked}" if name in _JOINED and found.get(name) else asked
    return found


def _filled(value: Any, moment: str | int) -> Any:
    if value == _PLACE:
        return moment
    if isinstance(value, str):
        return value.replace(_PLACE, str(moment))
    if isinstance(value, list):
        return [_filled(one, moment) for one in value]
    if isinstance(value, dict):
        return {name: _filled(one, moment) for name, one in value.items()}
    return value
