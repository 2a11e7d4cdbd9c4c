"""Quick checks compiled from a target's schema: they pass only what the schema surely accepts.

A whole `Schema.validate` costs more than everything else that is done to a record. What a quick check does not pass
goes to marshmallow, which alone finds the words for what is wrong; so no record is refused here.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from marshmallow import fields, validate

from connector.sync.records import RecordSchema

Check = Callable[[Any], bool]
_PLAIN_MAIL = re.compile(
    r"[A-Za-z0-9_+-]{1,30}(?:\.[A-Za-z0-9_+-]{1,30})?@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,40}[A-Za-z0-9])?\.){1,4}[A-Za-z]{2,20}"
)


def compile_checks(schema: RecordSchema) -> Callable[[Mapping[str, Any]], bool]:
    """Whether a mapped record surely fits the schema."""
    longest = {name: most for name, field in schema.fields.items() if (most := _longest(field)) is not None}
    checks = {
        name: check
        for name, field in schema.fields.items()
        if name not in longest and (check := _check_of(field)) is not None
    }
    required = tuple(name for name, field in schema.fields.items() if field.required)

    def fits(mapped: Mapping[str, Any]) -> bool:
        for name in required:
            if name not in mapped:
                return False
        for name, value in mapped.items():
            most = longest.get(name)
            if most is not None:
                if type(value) is not str or not 0 < len(value) <= most:
                    return False
                continue
            check = checks.get(name)
            if check is None or not check(value):
                return False
        return schema.is_coherent(mapped)

    return fits


def _longest(field: fields.Field[Any]) -> int | None:
    """The most letters of a plain text field, by far the most common kind."""
    if type(field) is not fields.String or len(field.validators) != 1:
        return None
    (only,) = field.validators
    if not isinstance(only, validate.Length) or only.equal is not None or only.min not in (None, 0, 1):
        return None
    return only.max


def _check_of(field: fields.Field[Any]) -> Check | None:
    """A check for the kinds of fields that most records hold; None: leave it to marshmallow."""
    kind = type(field)
    if kind is fields.String:
        return _text_check(field.validators)
    if kind is fields.Email:
        return lambda value: isinstance(value, str) and _PLAIN_MAIL.fullmatch(value) is not None
    if kind is fields.Date and not field.validators:
        return _is_day
    if kind in (fields.Integer, fields.Decimal):
        return _number_check(field)
    return None


def _text_check(validators: list[Any]) -> Check | None:
    if not validators:
        return lambda value: isinstance(value, str)
    if len(validators) > 1:
        return None
    (only,) = validators
    if isinstance(only, validate.OneOf):
        allowed = frozenset(only.choices)
        return lambda value: isinstance(value, str) and value in allowed
    if isinstance(only, validate.Length) and only.equal is None:
        least, most = only.min or 0, only.max
        if most is None:
            return lambda value: isinstance(value, str) and least <= len(value)
        return lambda value: isinstance(value, str) and least <= len(value) <= most
    return None


def _number_check(field: fields.Field[Any]) -> Check | None:
    ranges = [one for one in field.validators if isinstance(one, validate.Range)]
    if len(ranges) != len(field.validators) or any(not (one.min_inclusive and one.max_inclusive) for one in ranges):
        return None

    def is_in_range(value: Any) -> bool:
        number = _number(value, field)
        return number is not None and all(
            (one.min is None or number >= one.min) and (one.max is None or number <= one.max) for one in ranges
        )

    return is_in_range


def _number(value: Any, field: fields.Field[Any]) -> int | Decimal | None:
    if isinstance(value, bool):
        return None
    if isinstance(field, fields.Integer):
        return value if isinstance(value, int) else None
    if not isinstance(value, str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _is_day(value: Any) -> bool:
    if not isinstance(value, str) or len(value) != 10:
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True
