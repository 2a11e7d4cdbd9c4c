"""The `connection` and `read` tables of a mapping, checked: a wrong key is a MappingError that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import RAISE, Schema, ValidationError

from connector.errors import MappingError


def is_path(text: str) -> None:
    """Check of a field that holds a JMESPath expression."""
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        raise ValidationError("not a path (JMESPath)") from error


def checked(schema: Schema, raw: Mapping[str, Any], *, source: str, place: str) -> dict[str, Any]:
    """The table with its defaults filled in; `place` names it in the mapping file."""
    schema.unknown = RAISE
    try:
        loaded: dict[str, Any] = schema.load(dict(raw))
    except ValidationError as error:
        problems = "; ".join(f"{key}: {_words(found)}" for key, found in error.messages_dict.items())
        raise MappingError(f"{place}: {problems}", where=source) from error
    return loaded


def _words(found: Any) -> str:
    if isinstance(found, dict):
        return ", ".join(f"{key}: {_words(value)}" for key, value in found.items())
    return " ".join(str(part) for part in found) if isinstance(found, list) else str(found)
