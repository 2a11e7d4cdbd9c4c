"""JSON that somebody sent us, made safe to keep in either database."""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from connector.errors import InputError

_MOST_DEPTH = 30
_MOST_DIGITS = 100
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")  # NUL, and halves of letters
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def parse_pushed(raw: bytes) -> dict[str, Any]:
    """The object; InputError when it is not JSON. Characters that PostgreSQL cannot hold are replaced by U+FFFD."""
    try:
        found = json.loads(raw.decode("utf-8-sig"), parse_constant=_refuse, parse_float=_finite, parse_int=_whole)
    except (ValueError, RecursionError):
        raise _wrong("this is not JSON") from None
    if not isinstance(found, dict):
        raise _wrong("this is not a JSON object")
    kept: dict[str, Any] = _storable(found, _MOST_DEPTH)
    return kept


def _storable(value: Any, deep: int) -> Any:
    if deep == 0:
        raise _wrong("this is nested too deep")
    if isinstance(value, str):
        return _NOT_STORABLE.sub(_REPLACEMENT, value)
    if isinstance(value, dict):
        return {_NOT_STORABLE.sub(_REPLACEMENT, key): _storable(part, deep - 1) for key, part in value.items()}
    if isinstance(value, list):
        return [_storable(part, deep - 1) for part in value]
    return value


def _refuse(_name: str) -> NoReturn:
    raise ValueError("NaN and Infinity are not JSON")


def _finite(digits: str) -> float:
    found = float(digits)
    if not math.isfinite(found):
        raise ValueError("a number that is too large")
    return found


def _whole(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)


def _wrong(what: str) -> InputError:
    return InputError(what, problems={"body": [what]}, where="body")
