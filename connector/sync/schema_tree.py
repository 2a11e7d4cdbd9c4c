"""How the schemas of a mapping hang together."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema
from marshmallow.fields import List, Nested

from connector.http.auth_options import AuthField, AuthSchema


def schema_below(field: Any) -> Schema | None:
    """The schema of the table, or of the list of tables, that a field holds; None when it holds values."""
    inner = field.inner if isinstance(field, List) else field
    if isinstance(inner, AuthField):  # also in its short form, a text
        return AuthSchema()
    return inner.schema if isinstance(inner, Nested) else None


def name_of(key: str, field: Any) -> str:
    """The name of an option as it stands in the file."""
    return field.data_key or key
