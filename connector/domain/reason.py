"""The reason that somebody gives for leaving something wrong, or for putting it right here."""

from __future__ import annotations

from connector.errors import InputError

LONGEST = 500


def checked_reason(text: str) -> str:
    """A reason as people give it: one that says something, and fits. InputError does not repeat it."""
    reason = text.strip()
    if not reason or len(reason) > LONGEST:
        message = f"must have 1 to {LONGEST} characters"
        raise InputError(f"reason: {message}", problems={"reason": [message]})
    return reason
