"""What every converter is given, and what an error may say of the value that it did not understand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

Options: TypeAlias = Mapping[str, Any]  # of the field: codes, format, separator


def kind_of(value: Any) -> str:
    """What a value is, in words that give nothing of it away."""
    if value is None:
        return "nothing"
    if isinstance(value, str):
        return "an empty text" if not value.strip() else f"a text of {len(value)} characters"
    names = {bool: "yes or no", int: "a whole number", float: "a number", list: "a list", dict: "an object"}
    return names.get(type(value), f"a {type(value).__name__}")
