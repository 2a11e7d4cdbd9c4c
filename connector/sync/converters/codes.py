"""Codes of the other system."""

from __future__ import annotations

from typing import Any

from connector.errors import RecordError
from connector.sync.converters.kinds import Options, kind_of
from connector.sync.converters.texts import text


def code(value: Any, options: Options) -> Any:
    """A value of the file's own list `codes`; one that is not in it is an error, for guessing would be worse."""
    found = str(value).lower() if isinstance(value, bool) else text(value, options)
    if found is None:
        return None
    codes = options.get("codes", {})
    if found in codes:
        return codes[found]
    folded = {str(key).casefold(): meaning for key, meaning in codes.items()}
    if found.casefold() not in folded:
        raise RecordError(f"is not one of the codes {', '.join(codes)}", kind=kind_of(value))
    return folded[found.casefold()]
