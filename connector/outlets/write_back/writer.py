"""What writing asks of any kind of system."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from connector.domain.placeholders import UnfilledError, filled
from connector.errors import RecordError


@dataclass(frozen=True, slots=True)
class Call:
    """One call that writes. `table` is the mapping's, with its placeholders; `facts` fill them.

    `ids` are the keys of the records of theirs: none for a create. `key` is ours, unique for this content.
    """

    kind: str
    table: Mapping[str, Any]
    values: Mapping[str, Any]
    facts: Mapping[str, Any]
    key: str
    ids: tuple[str, ...] = ()


class Writer(Protocol):
    """One source, opened to be written to. All methods raise the errors of connector.errors.

    What reads may be repeated by the HTTP layer; what writes never is once it may have arrived.
    """

    def look(self, read: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The records that a `look_up.read` table asks for."""

    def find(self, rule: Call, find: Mapping[str, Any]) -> tuple[str, ...]:
        """The keys of our own earlier records."""

    def exists(self, rule: Call, their_id: str) -> bool | None:
        """Whether a record that we made is still there; None where that cannot be asked."""

    def told(self, call: Call) -> str:
        """The call for people, without its values: METHOD and address, or model and method."""

    def send(self, call: Call) -> str | None:
        """Make the call; the key of the record of theirs when the answer tells it."""

    def close(self) -> None:
        """Let go of connections."""


def fill(template: Any, facts: Mapping[str, Any]) -> Any:
    """The table with its placeholders filled in; RecordError names the fact that is not there."""
    try:
        return filled(template, facts)
    except UnfilledError as error:
        raise unknown(error) from None


def unknown(error: UnfilledError) -> RecordError:
    """A fact without which the call cannot be made."""
    return RecordError("this is not known", field=error.name, kind="nothing")
