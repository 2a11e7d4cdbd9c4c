"""What is written back to an HR system: which table of a mapping fits an event, and when there is nothing to send.

An event is about one thing of ours (a conversation, a goal, a training). The tables with one `record` name speak of
one record of theirs: which of them is taken depends on the event and on whether that record is there already.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

KINDS = {
    "create": "makes a record; one of ours that is there already is not made again",
    "update": "changes the record that an earlier event made, or that `find` finds",
    "delete": "takes that record away",
    "patch": "changes only the fields given, of a record that the address names",
}
ENDS = frozenset({"conversation.cancelled"})  # after these nothing is made
_CHANGES = ("update", "patch")

_CONVERSATION = {
    "key": "Our own key of the thing, the same for ever: a text of letters, digits and hyphens.",
    "event": "The name of the event.",
    "sequence": "1 for the first event about this thing, then upwards.",
    "link": "The address of our sign-in page.",
    "subject": "A neutral title in the employer's language. It never says what a conversation is about.",
    "starts_at": "A moment, for `moment`.",
    "ends_at": "A moment, for `moment`.",
    "person": "The employee: `key` in that system, `number`, `email`; nothing when the source does not know them.",
    "participants": "A list of the same, each with its `role` (employee, supervisor, …).",
    "participant_keys": "The keys of those that the source knows, as a list.",
}
_OF_A_PERSON = {name: _CONVERSATION[name] for name in ("key", "event", "sequence", "link", "person")}
_LEVEL = {
    **_OF_A_PERSON,
    "competency": "`key` in that system, and `code` in its own list.",
    "level": "From 0 to 100.",
    "on": "The day on which both sides agreed to it.",
    "day_before": "The day before that.",
}
_TRAINING = {
    **_OF_A_PERSON,
    "training": "`key` in its catalogue, `title`, `provider`: what the catalogue says.",
    "on": "The day on which both sides agreed to it.",
    "due_on": "The day by which it should happen, when they agreed on one.",
}
FACTS: Mapping[str, Mapping[str, str]] = {
    "conversation.planned": _CONVERSATION,
    "conversation.moved": _CONVERSATION,
    "conversation.cancelled": _CONVERSATION,
    "level.achieved": _LEVEL,
    "training.wished": _TRAINING,
}
EVENTS = {
    "conversation.planned": "a conversation has a time, and its participants are invited",
    "conversation.moved": "it has another time, or other participants",
    "conversation.cancelled": "it does not take place then",
    "level.achieved": "a shared goal about a competency was reached, and both sides agreed to the sheet that says so",
    "training.wished": "an agreement about a training of the catalogue, on a sheet that both sides agreed to",
}
LOOKED_UP = "found"  # where what a table looks up stands among the facts


@dataclass(frozen=True, slots=True)
class LookUp:
    """Something read before it is written: the first record, or (`many`) all; `read` is the protocol's table."""

    name: str
    read: Mapping[str, Any]
    many: bool = False


@dataclass(frozen=True, slots=True)
class WriteRule:
    """One `[[write]]` table. `values` are the rules of their fields, `line` names it for people."""

    line: str
    on: tuple[str, ...]
    record: str
    kind: str
    call: Mapping[str, Any]
    find: Mapping[str, Any] | None
    look_up: tuple[LookUp, ...]
    values: tuple[Any, ...]
    needs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What we remember of a record of theirs. `trying` is the content of a call that may have arrived."""

    their_id: str | None = None
    digest: str | None = None
    trying: str | None = None
    sequence: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    """What an event asks of one record of theirs: the tables to take when it is there, and when it is not."""

    record: str
    present: WriteRule | None
    absent: WriteRule | None
    rules: tuple[WriteRule, ...]

    @property
    def is_one_record(self) -> bool:
        """The record that we made before is the one that is meant. Where a table only makes records, or only changes
        what it finds, each event may be about another one."""
        return any(ENDS & set(rule.on) for rule in self.rules) or (self.present is not None and self.absent is not None)


def steps_of(rules: Iterable[WriteRule], event: str) -> list[Step]:
    """The records that an event is about, in the order of the file."""
    groups: dict[str, list[WriteRule]] = {}
    for rule in rules:
        groups.setdefault(rule.record, []).append(rule)
    return [_step(name, group, event) for name, group in groups.items() if any(event in rule.on for rule in group)]


def _step(name: str, group: Sequence[WriteRule], event: str) -> Step:
    """The event's own tables first; else the table of the record that fits: a move of what was never made makes it."""
    own = [rule for rule in group if event in rule.on]
    if event in ENDS:
        return Step(name, next((rule for rule in own if rule.kind != "create"), None), None, tuple(own))
    family = [*own, *(rule for rule in group if not ENDS & set(rule.on))]
    present = next((rule for rule in family if rule.kind in _CHANGES), None)
    absent = next((rule for rule in family if rule.kind == "create"), None)
    return Step(name, present, absent, tuple(own))


def digest_of(rule: WriteRule, values: Mapping[str, Any]) -> str:
    """The same text for the same content of a record, whichever of its tables sends it."""
    ends = "gone" if rule.kind == "delete" or ENDS & set(rule.on) else "there"
    body = json.dumps([rule.record, ends, values], sort_keys=True, ensure_ascii=True, default=str)
    return hashlib.blake2b(body.encode(), digest_size=16).hexdigest()


def is_repeat(known: Known, digest: str) -> bool:
    """The record is as this event wants it: there is nothing to send."""
    return known.digest == digest


def missing(rule: WriteRule, values: Mapping[str, Any]) -> list[str]:
    """The fields of `needs` that have no value."""
    return [name for name in rule.needs if values.get(name) in (None, "", [])]


def event_key(payload: Mapping[str, Any]) -> str:
    """Our key of one event about one thing."""
    return f"pop-{payload['object']}-{payload['sequence']}".replace(":", "-")
