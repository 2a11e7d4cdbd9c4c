"""Other records: their key, and what they are called."""

from __future__ import annotations

from typing import Any

from connector.errors import RecordError
from connector.sync.converters.kinds import Options
from connector.sync.converters.texts import false_as_empty, text


def reference(value: Any, options: Options) -> str | None:
    """The key of `[id, label]`, of `{id: …}`, or of a bare id, as text."""
    if isinstance(value, list):
        value = value[0] if value else None
    elif isinstance(value, dict):
        value = value.get("id", value.get("code"))
    return text(false_as_empty(value, options), options)


def key_of(value: Any) -> str | None:
    """What `reference` gives, or None where it would refuse: a record without a key is somebody else's to report."""
    try:
        return reference(value, {})
    except RecordError:
        return None


def label(value: Any, options: Options) -> str | None:
    """The label of `[id, label]` or of `{display: …}`."""
    if isinstance(value, list):
        value = value[1] if len(value) > 1 else None
    elif isinstance(value, dict):
        value = value.get("display", value.get("name"))
    return text(false_as_empty(value, options), options)
