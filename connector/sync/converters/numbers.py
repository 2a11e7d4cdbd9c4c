"""Numbers, shares and lengths of time."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from typing import Any

from connector.errors import RecordError
from connector.sync.converters.kinds import Options, kind_of
from connector.sync.converters.texts import false_as_empty, text

_DIGITS = 15
_DURATION = re.compile(
    r"P(?P<date>(?:\d+[YMWD])*)(?:T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:\d+(?:[.,]\d+)?S)?)?"
)


def number(value: Any, options: Options) -> Decimal | None:
    """A number; a decimal comma is understood."""
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    try:
        result = Decimal(found.replace(",", ".") if "." not in found else found)
    except InvalidOperation as error:
        raise RecordError("must be a number", kind=kind_of(value)) from error
    # Beyond this it is no quantity of anything, and turning 1e1000000 into digits takes minutes.
    if not result.is_finite() or abs(result.adjusted()) > _DIGITS:
        raise RecordError("must be a number of at most 15 digits", kind=kind_of(value))
    return result


def percent(value: Any, options: Options) -> Decimal | None:
    """A share: 80 and "80 %" become 0.8; 0.8 stays."""
    if isinstance(value, str) and value.strip().endswith("%"):
        share = number(value.strip().removesuffix("%"), options)
        return share / 100 if share is not None else None
    result = number(value, options)
    return result / 100 if result is not None and result > 1 else result


def hundredths(value: Any, options: Options) -> int | None:
    """A share of one as a whole number: 0.6 becomes 60."""
    result = number(value, options)
    return round(result * 100) if result is not None else None


def whole(value: Any, options: Options) -> int | None:
    """A whole number."""
    result = number(value, options)
    if result is None:
        return None
    if result != result.to_integral_value():
        raise RecordError("must be a whole number", kind=kind_of(value))
    return int(result)


def duration(value: Any, options: Options) -> Decimal | None:
    """Hours, from a duration of ISO 8601. One that counts days or more says nothing of hours."""
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    parts = _DURATION.fullmatch(found)
    if parts is None:
        raise RecordError("must be a duration such as PT7H30M", kind=kind_of(value))
    if parts["date"] or not (parts["hours"] or parts["minutes"]):
        return None
    hours, minutes = (number(parts[name], options) or Decimal(0) for name in ("hours", "minutes"))
    return (hours + minutes / 60).quantize(Decimal("0.01"))
