"""Translated texts with a type: import `say as _` and `count as ngettext`, the names that the extraction looks for."""

from __future__ import annotations

from babel.numbers import format_decimal
from flask_babel import get_domain, get_locale, gettext


def say(text: str, **values: object) -> str:
    """A text in the language of this request."""
    return str(gettext(text, **values))


def count(one: str, many: str, num: int, **values: object) -> str:
    """The same for a number of things; `%(num)s` is that number as this language writes it."""
    text = str(get_domain().get_translations().ungettext(one, many, num))
    return text % {"num": format_decimal(num, locale=get_locale()), **values}
