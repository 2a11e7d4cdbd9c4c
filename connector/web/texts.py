"""Translated texts with a type: import `say as _` and `count as ngettext`, the names that the extraction looks for."""

from __future__ import annotations

from flask_babel import gettext, ngettext


def say(text: str, **values: object) -> str:
    """A text in the language of this request."""
    return str(gettext(text, **values))


def count(one: str, many: str, num: int, **values: object) -> str:
    """The same for a number of things; `%(num)s` is that number."""
    return str(ngettext(one, many, num, **values))
