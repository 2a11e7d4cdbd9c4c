"""A list of records somewhere in a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jmespath

from connector.errors import AnswerError
from connector.sources.file_limits import MOST_DEPTH, MOST_DIGITS, check_cells, check_size
from connector.sources.reader import Raw


def read_json(path: Path, records: str, where: str) -> list[Raw]:
    """The objects at the JMESPath `records`."""
    check_size(path, where)
    data = path.read_bytes()
    check_cells(data.count(b",") + data.count(b"{") + data.count(b"["), where)
    try:
        content: Any = json.loads(data.decode("utf-8-sig"), parse_int=_whole)
    except RecursionError as error:
        raise _too_deep(where) from error
    except ValueError as error:
        raise AnswerError("this is not a JSON file", where=where, todo="Export it again.") from error
    found = jmespath.search(records, content)
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise AnswerError(f"there is no list of records at {records!r}", where=where)
    _check_depth(found, where)
    return found


def _check_depth(records: list[Raw], where: str) -> None:
    """Whoever walks through a record later does so on a stack that ends."""
    level: list[Any] = list(records)
    for _ in range(MOST_DEPTH):
        inside = (one.values() if isinstance(one, dict) else one for one in level)
        level = [value for values in inside for value in values if isinstance(value, dict | list)]
        if not level:
            return
    raise _too_deep(where)


def _too_deep(where: str) -> AnswerError:
    return AnswerError("this JSON file is nested too deep", where=where, todo="Export it again.")


def _whole(digits: str) -> int:
    if len(digits) > MOST_DIGITS:
        raise ValueError("a number of too many digits")
    return int(digits)
