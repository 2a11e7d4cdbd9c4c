"""A list of records somewhere in a JSON file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jmespath

from connector.errors import AnswerError
from connector.sources.reader import Raw


def read_json(path: Path, records: str, where: str) -> list[Raw]:
    """The objects at the JMESPath `records`."""
    try:
        content: Any = json.loads(path.read_text(encoding="utf-8-sig"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise AnswerError("this is not a JSON file", where=where, todo="Export it again.") from error
    found = jmespath.search(records, content)
    if not isinstance(found, list) or not all(isinstance(record, dict) for record in found):
        raise AnswerError(f"there is no list of records at {records!r}", where=where)
    return found
