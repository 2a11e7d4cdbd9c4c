"""The tables of a file in `mappings/`, checked: an error names the place in the file and what is allowed there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields

from connector.errors import MappingError
from connector.mapping_files import MappingFile


class Day(fields.Field[date]):
    """A day as TOML knows it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, date) or isinstance(value, datetime):
            raise ValidationError("Must be a day without quotes, e.g. 2026-12-24.")
        return value


def load_table(schema: Schema, raw: Mapping[str, Any], file: MappingFile, line: str) -> dict[str, Any]:
    """The table with its defaults; MappingError for the first thing that is wrong. `line` is its place in the file."""
    try:
        loaded: dict[str, Any] = schema.load(raw, unknown=RAISE)
    except ValidationError as error:
        place, problem = _first(error.messages_dict, line)
        raise wrong_table(file, place, problem, f"Allowed here: {', '.join(_keys(schema))}.") from error
    return loaded


def wrong_table(file: MappingFile, line: str, what: str, todo: str) -> MappingError:
    """What is wrong at a place of a file, and the way out."""
    return MappingError(what, where=f"{file.family}/{file.name}.toml: {line}", todo=todo)


def _first(problems: Any, place: str) -> tuple[str, str]:
    """The first problem of marshmallow's nested report, with its place written as in the file."""
    while isinstance(problems, dict):
        key, problems = next(iter(problems.items()))
        place += f"[{key}]" if isinstance(key, int) else f".{key}" if place else str(key)
    return place, " ".join(map(str, problems))


def _keys(schema: Schema) -> list[str]:
    return [field.data_key or name for name, field in schema.fields.items()]
