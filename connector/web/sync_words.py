"""Sync in words: what stopped a run, how sure a match is, how long ago, and what a value looks like in a table."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from babel.dates import format_date, format_timedelta
from babel.numbers import format_decimal
from flask import g

from connector.domain.correlation import JOIN_FROM
from connector.services.resource_targets import resource_targets
from connector.services.runs import Guard
from connector.web import labels, sync_labels
from connector.web.i18n import language
from connector.web.session import current_actor, installation
from connector.web.texts import say as _

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_PARTS = re.compile(r"[^.@_/]*[.@_/]|[^.@_/]+")
_LONGEST = 160  # letters of one value in a table
_LIKELY = 0.6
_JUST_NOW = timedelta(minutes=1)
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
# Beside these there are texts of digits, such as a joint committee: 327.01.
_WITH_DECIMALS = frozenset({"fte", "weight", "price", "hours", "progress"})
_ACTION_OF = {"missing": "missing", "all_missing": "missing", "arriving": "new"}


def guard_action(guard: Guard) -> str:
    """The action of the records that a guard speaks of."""
    return _ACTION_OF.get(guard.kind, "changed")


def how_sure(confidence: float | None) -> str:
    """How likely it is that two records are one human."""
    if confidence is None:
        return ""
    if confidence >= JOIN_FROM:
        return _("heel waarschijnlijk")
    return _("waarschijnlijk") if confidence >= _LIKELY else _("misschien")


def ago(at: datetime) -> str:
    """ "2 uur geleden", "over 3 uur": by the clock of this installation."""
    away = at - installation().clock()
    if -_JUST_NOW < away <= timedelta():
        return _("zonet")
    return format_timedelta(away, add_direction=True, locale=language())


def lasted(began: datetime, ended: datetime | None) -> str:
    """ "4 minuten"; of what has not ended, until now."""
    return format_timedelta((ended or installation().clock()) - began, locale=language())


def days_left(days: int) -> str:
    """When a credential ends, from its number of days left."""
    if days < 0:
        return _("verlopen")
    if days == 0:
        return _("eindigt vandaag")
    return _("eindigt %(when)s", when=format_timedelta(timedelta(days=days), add_direction=True, locale=language()))


def number_words(number: int) -> str:
    return format_decimal(number, locale=language())


def value_words(value: Any, code: str = "") -> str:
    """A value of a record for a table; a long one is cut. `code` is the field that has it."""
    if value is None or value == "" or value == []:
        return "—"
    if isinstance(value, bool):
        return _("ja") if value else _("nee")
    if isinstance(value, list):
        text = ", ".join(value_words(one) for one in value)
    elif isinstance(value, dict):
        text = ", ".join(f"{name} {value_words(one, name)}" for name, one in value.items())
    else:
        text = _decimal(str(value)) if code in _WITH_DECIMALS else _day(str(value))
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def parts(text: str) -> list[str]:
    """A text in pieces, between which a line may break: behind dots, at-signs, dashes below and slashes."""
    return _PARTS.findall(text)


def resource(code: str, source: str) -> str:
    """What a list of records is called: by what it becomes, with its own name where another list becomes the same."""
    targets = _targets(source)
    target = targets.get(code)
    if target is None:  # the mapping no longer has it, or cannot be read
        return labels.word(sync_labels.RESOURCES, code)
    text = labels.word(sync_labels.TARGETS, target)
    return f"{text} ({code})" if list(targets.values()).count(target) > 1 else text


def people_lists(source: str) -> frozenset[str]:
    """The lists of records of a source that speak of people."""
    return frozenset(name for name, target in _targets(source).items() if target == "employee")


def _targets(source: str) -> dict[str, str]:
    """Once per request and source."""
    known: dict[str, dict[str, str]] = g.setdefault("resource_targets", {})
    if source not in known:
        known[source] = resource_targets(current_actor(), installation(), source)
    return known[source]


def field(code: str) -> str:
    return labels.word(sync_labels.FIELDS, code)


def field_and_column(code: str, column: str | None) -> str:
    """A field, and what the source calls it: "deel van voltijds (deeltijds)"."""
    words = field(code)
    return f"{words} ({column})" if column and column.casefold() != words.casefold() else words


def zone(source: str) -> str:
    """The time zone of a source, or of an installation that no longer has it."""
    config = installation().sources.get(source)
    return config.time_zone if config is not None else "Europe/Brussels"


def _decimal(text: str) -> str:
    if not _NUMBER.fullmatch(text):
        return text
    return format_decimal(Decimal(text), locale=language(), decimal_quantization=False)


def _day(text: str) -> str:
    if not _DAY.fullmatch(text):
        return text
    try:
        return format_date(date.fromisoformat(text), "d MMM y", locale=language())
    except ValueError:
        return text
