"""The named converters of a mapping: a value of a source system becomes one of ours.

A converter takes one value and the options of its field, and gives a value or raises RecordError with the kind of
what it found, never the value itself. None means: the source does not say.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

from connector.errors import RecordError
from connector.sources.stamps import moment_of

Options = Mapping[str, Any]
_EARLIEST = 1900
_NO_END = 2200
_DIGITS = 15
_LANGUAGE = re.compile(r"([a-z]{2,3})(?:[-_@.].*)?", re.IGNORECASE)
_DURATION = re.compile(
    r"P(?P<date>(?:\d+[YMWD])*)(?:T(?:(?P<hours>\d+(?:[.,]\d+)?)H)?(?:(?P<minutes>\d+(?:[.,]\d+)?)M)?(?:\d+(?:[.,]\d+)?S)?)?"
)
_UNKEPT = re.compile("[\x00\ud800-\udfff]")


def kind_of(value: Any) -> str:
    """What a value is, in words that give nothing of it away."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return "an empty text" if not value.strip() else f"a text of {len(value)} characters"
    names = {bool: "yes or no", int: "a whole number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), f"a {type(value).__name__}")


def text(value: Any, _options: Options) -> str | None:
    """A text without outer blanks; empty is None. Whole numbers that a spreadsheet made 42.0 become "42"."""
    if type(value) is str:  # nearly all of them
        stripped = value.strip()
        return (stripped if stripped.isprintable() else storable(stripped)) or None
    if value is None or isinstance(value, bool):
        return None
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str | int | float):
        return storable(str(value)).strip() or None
    raise RecordError("must be a text", kind=kind_of(value))


def storable(value: Any) -> Any:
    """The value, unless it is a text that no database keeps: with a NUL, or with half of a letter (`\\ud83d`)."""
    if isinstance(value, str) and _UNKEPT.search(value):
        raise RecordError("holds a character that cannot be kept", kind=kind_of(value))
    return value


def false_as_empty(value: Any, _options: Options) -> Any:
    """Odoo says `false` where it means: nothing."""
    return None if value is False else value


def reference(value: Any, options: Options) -> str | None:
    """The key of `[id, label]`, of `{id: …}`, or of a bare id, as text."""
    if isinstance(value, list):
        value = value[0] if value else None
    elif isinstance(value, dict):
        value = value.get("id", value.get("code"))
    return text(false_as_empty(value, options), options)


def key_of(value: Any) -> str | None:
    """What `reference` gives, or None where it would refuse: a record without a key is somebody else's to report."""
    try:
        return reference(value, {})
    except RecordError:
        return None


def label(value: Any, options: Options) -> str | None:
    """The label of `[id, label]` or of `{display: …}`."""
    if isinstance(value, list):
        value = value[1] if len(value) > 1 else None
    elif isinstance(value, dict):
        value = value.get("display", value.get("name"))
    return text(false_as_empty(value, options), options)


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


def code(value: Any, options: Options) -> Any:
    """A value of the file's own list `codes`; one that is not in it is an error, for guessing would be worse."""
    found = str(value).lower() if isinstance(value, bool) else text(value, options)
    if found is None:
        return None
    codes = options.get("codes", {})
    if found in codes:
        return codes[found]
    folded = {str(key).casefold(): meaning for key, meaning in codes.items()}
    if found.casefold() not in folded:
        raise RecordError(f"is not one of the codes {', '.join(codes)}", kind=kind_of(value))
    return folded[found.casefold()]


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


class _TextOfHtml(HTMLParser):
    _BLOCKS = frozenset({"p", "br", "li", "div", "tr", "h1", "h2", "h3", "h4", "ul", "ol"})
    _HIDDEN = frozenset({"script", "style"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._HIDDEN:
            self._hidden += 1
        if tag in self._BLOCKS:
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("- ")

    def handle_endtag(self, tag: str) -> None:
        if tag in self._HIDDEN and self._hidden:
            self._hidden -= 1
        if tag in self._BLOCKS:
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def html(value: Any, options: Options) -> Any:
    """The words of a piece of HTML, one block a line, without scripts and styles; of each piece in a list."""
    if isinstance(value, list):
        return [html(piece, options) for piece in value]
    found = text(false_as_empty(value, options), options)
    if found is None:
        return None
    parser = _TextOfHtml()
    parser.feed(found)
    parser.close()
    lines = [re.sub(r"[ \t\xa0]+", " ", line).strip() for line in "".join(parser.parts).splitlines()]
    return "\n".join(line for line in lines if line and line != "-") or None


CONVERTERS: dict[str, Callable[[Any, Options], Any]] = {
    "text": text,
    "false_as_empty": false_as_empty,
    "reference": reference,
    "label": label,
    "day": day,
    "epoch_day": epoch_day,
    "number": number,
    "percent": percent,
    "hundredths": hundredths,
    "whole": whole,
    "code": code,
    "words": words,
    "language": language,
    "duration": duration,
    "html": html,
}
