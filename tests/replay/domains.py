"""Which rows a filter of Odoo (a domain) means: `|` and `&` stand before the two that they join, else all must hold."""

from __future__ import annotations

import operator
from collections.abc import Iterator
from typing import Any

from tests.replay.rows import Row

_SIGNS = {"=": operator.eq, "!=": operator.ne, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}


def fits_domain(domain: list[Any], row: Row) -> bool:
    """Whether a row is meant. A path into another model, which a recording does not hold, means nothing."""
    parts = iter(domain)
    found = True
    for part in parts:
        found = _fits(part, parts, row) and found
    return found


def _fits(part: Any, others: Iterator[Any], row: Row) -> bool:
    if part in ("|", "&"):
        first, second = (_fits(next(others), others, row) for _ in range(2))
        return first or second if part == "|" else first and second
    name, sign, value = part
    found = row.get(name, False)
    found = found[0] if isinstance(found, list) and found else found
    if found is False or value is False:
        return bool(_SIGNS[sign](found, value)) if sign in ("=", "!=") else False
    return bool(_SIGNS[sign](found, value))
