"""Texts, and lists of them."""

from __future__ import annotations

import re
from typing import Any

from connector.errors import RecordError
from connector.sync.converters.kinds import Options, kind_of

_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_@.].*)?", re.IGNORECASE)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")
# What no eye sees and no name needs: control characters (a terminal obeys them), marks that turn the reading direction
# round (a name would pass for another one), and letters without width. What joins letters (U+200C, U+200D) stays.
_UNSEEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff]"
)


def text(value: Any, _options: Options) -> str | None:
    """A text without outer blanks; empty is None. Whole numbers that a spreadsheet made 42.0 become "42".

    Characters that show nothing (control characters, marks of reading direction) are left out.
    """
    if type(value) is str:  # nearly all of them
        stripped = value.strip()
        return (stripped if stripped.isprintable() else storable(stripped)) or None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return storable(str(value)) or None
    raise RecordError("must be a text", kind=kind_of(value))


def storable(value: Any) -> Any:
    """The value; a text without what shows nothing, and without outer blanks. RecordError for a text that no database
    keeps: with a NUL, or with half of a letter (`\\ud83d`)."""
    if not isinstance(value, str):
        return value
    if _UNKEPT.search(value):
        raise RecordError("holds a character that cannot be kept", kind=kind_of(value))
    return _UNSEEN.sub("", value).strip()


def false_as_empty(value: Any, _options: Options) -> Any:
    """Odoo says `false` where it means: nothing."""
    return None if value is False else value


def words(value: Any, options: Options) -> list[str] | None:
    """A list of texts: from a list, or from one text split at `separator` (default `;`)."""
    parts = value if isinstance(value, list) else (text(value, options) or "").split(options.get("separator", ";"))
    return [part for part in (text(item, options) for item in parts) if part] or None


def language(value: Any, options: Options) -> str | None:
    """The language of a locale: `nl_BE`, `nl-BE` or `nl`; of several (`nl-BE, fr;q=0.8`) the first."""
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    first = _LANGUAGE.fullmatch(re.split("[,;]", found)[0].strip())
    if first is None:
        raise RecordError("must be a language such as nl or nl_BE", kind=kind_of(value))
    return first[1].lower()
