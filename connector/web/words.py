"""Days, moments and money in words that everybody reads: "donderdag 26 november om 10 uur", "€ 1.250"."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import format_currency
from flask import Flask

from connector.web.i18n import language


def day_in_words(day: date, *, with_year: bool = False) -> str:
    """ "donderdag 26 november", with the year where it is not this one."""
    return _written(day, "EEEE d MMMM y" if with_year else "EEEE d MMMM")


def short_day(day: date) -> str:
    """ "do 26 nov", for tables."""
    return _written(day, "EEE d MMM")


def moment_in_words(at: datetime, time_zone: str = "Europe/Brussels") -> str:
    """ "donderdag 26 november om 10 uur", on the employer's clock."""
    local = at.astimezone(ZoneInfo(time_zone))
    return f"{day_in_words(local.date())} {_hour(local)}"


def money(amount: Decimal | int | None, currency: str = "EUR") -> str:
    """ "€ 1.250": cents only where there are any. None stays None's own words: the caller says what unknown means."""
    if amount is None:
        return ""
    whole = Decimal(amount) == int(amount)
    locale = {"nl": "nl_BE", "fr": "fr_BE", "en": "en_IE"}[language()]
    pattern = "¤ #,##0" if language() != "fr" else "#,##0 ¤"
    return format_currency(
        amount,
        currency,
        pattern if whole else f"{pattern.replace('#,##0', '#,##0.00')}",
        locale=locale,
        currency_digits=False,
    )


def _written(day: date, pattern: str) -> str:
    """By the pattern; French counts the first day of a month: "1er mars", "2 mars"."""
    if language() == "fr" and day.day == 1:
        pattern = pattern.replace(" d ", " d'er' ")
    return format_date(day, pattern, locale=language())


def _hour(local: datetime) -> str:
    hour, minute = local.hour, local.minute
    if language() == "en":
        return f"at {hour}:{minute:02}"
    if language() == "fr":
        return f"à {hour} h {minute:02}" if minute else f"à {hour} h"
    return f"om {hour}.{minute:02} uur" if minute else f"om {hour} uur"


def register(app: Flask) -> None:
    app.add_template_filter(day_in_words)
    app.add_template_filter(short_day)
    app.add_template_filter(moment_in_words)
    app.add_template_filter(money)
