"""What an address or a form asks for, read with care: a number too large for a database is nothing that exists."""

from __future__ import annotations

from flask import request
from werkzeug.exceptions import NotFound

LARGEST = 2**63 - 1
NUMBER = f"int(max={LARGEST})"  # the converter of every id in an address


def number(name: str) -> int | None:
    """A whole number of the query, None when it is not given."""
    text = request.args.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit()) or len(text) > 18:  # more digits than any id has
        raise NotFound
    return int(text)


def page_number(name: str = "page") -> int:
    """Which page of a list, from 1; nonsense is the first."""
    text = request.args.get(name, "")
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def pages(total: int, size: int) -> int:
    """How many pages so many things need: at least one."""
    return max(1, -(-total // size))
