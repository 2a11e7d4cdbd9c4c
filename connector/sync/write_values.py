"""The values of a `[[write]]` table: facts of an event in, fields of theirs out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from connector.domain.write_back import WriteRule
from connector.errors import RecordError
from connector.sync.record_map import compile_path, plain
from connector.sync.write_converters import WRITE_CONVERTERS


def values_of(rule: WriteRule, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Every field by its rule, None where the facts say nothing; RecordError names the field that cannot be made."""
    return {field.name: _value(field, facts) for field in rule.values}


def _value(field: Any, facts: Mapping[str, Any]) -> Any:
    try:
        value = compile_path(field.path)(facts) if field.path is not None else field.value
        for name in field.converters:
            value = WRITE_CONVERTERS[name](value, field.options)
    except RecordError as error:
        raise RecordError(error.reason, field=field.line, kind=error.kind) from None
    except (ArithmeticError, ValueError, TypeError, LookupError) as error:
        raise RecordError("cannot be made", field=field.line, kind=type(error).__name__) from None
    return plain(value)
