"""What one event asks of one record of theirs: decided by what is there, and then sent, or only shown."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connector.domain.placeholders import names_in
from connector.domain.write_back import (
    ENDS,
    LOOKED_UP,
    Known,
    Step,
    WriteRule,
    digest_of,
    is_repeat,
    missing,
)
from connector.errors import RecordError
from connector.outlets.write_back.opened import LINES
from connector.outlets.write_back.writer import Call, Writer
from connector.sync.mapping import SystemMapping
from connector.sync.write_values import values_of

_NOTHING = "nothing"  # the kind of a RecordError about a fact that is not known


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be sent, or why nothing is (`note`; empty: it is as it should be). `their_id` is what it is about."""

    call: Call | None = None
    note: str = ""
    digest: str | None = None
    their_id: str | None = None

    @property
    def trying(self) -> str | None:
        """What to remember before the call is made."""
        return f"{self.call.kind}:{self.digest}" if self.call is not None else None

    def remembered(self, event: str, made: str | None) -> dict[str, Any]:
        """What to keep once this was carried out; `made` is the key that the answer told."""
        if self.digest is None:
            gone = {"their_id": None, "digest": None, "trying": None} if event in ENDS else {}
            return {**gone, "note": self.note[:200] or None}
        is_gone = self.call.kind == "delete" if self.call else event in ENDS and self.their_id is None
        their_id = None if is_gone else made or self.their_id
        return {"their_id": their_id, "digest": self.digest, "trying": None, "note": None}


@dataclass(slots=True)
class Decider:
    """Decides with one writer. It reads from their system, and never writes."""

    mapping: SystemMapping
    writer: Writer
    facts: Mapping[str, Any]
    key: str
    _found: dict[str, Any] = field(default_factory=dict)

    def decide(self, step: Step, known: Known) -> Decision:
        """RecordError when a value cannot be made; a fact that is not known is a note."""
        try:
            return self._line(step) if self.mapping.protocol in LINES else self._record(step, known)
        except RecordError as error:
            if error.kind != _NOTHING:
                raise
            return Decision(note=f"not sent: {error.field} is not known")

    def _line(self, step: Step) -> Decision:
        rule = step.rules[0]
        values = values_of(rule, self.facts)
        absent = missing(rule, values)
        if absent:
            return Decision(note=f"not sent: {', '.join(absent)} is not known")
        return Decision(self._call("create", rule, values, ()), digest=digest_of(rule, values))

    def _record(self, step: Step, known: Known) -> Decision:
        ids = self._ids(step, known)
        rule = step.absent if ids is None else step.present
        if rule is None:
            note = "there is nothing to change or take away" if ids is None else "it is there already"
            return Decision(note=note, their_id=ids[0] if ids else None)
        facts = self._with_look_ups(rule)
        values = {} if rule.kind == "delete" else values_of(rule, facts)
        absent = missing(rule, values) if rule.kind != "delete" else []
        if absent:
            return Decision(note=f"not sent: {', '.join(absent)} is not known")
        digest, their_id = digest_of(rule, values), ids[0] if ids else None
        arrived = ids is not None and known.their_id is None and known.trying == f"create:{digest}"
        if arrived or (ids is not None and is_repeat(known, digest) and step.is_one_record):
            return Decision(digest=digest, their_id=their_id or known.their_id)
        sent = {name: value for name, value in values.items() if value is not None}
        return Decision(self._call(rule.kind, rule, sent, ids or (), facts), digest=digest, their_id=their_id)

    def _ids(self, step: Step, known: Known) -> tuple[str, ...] | None:
        """The keys of the record(s) that are there; none of them where the address names it; None: not there."""
        rule = step.present or step.absent
        if rule is None:
            return None
        probe = self._call(rule.kind, rule, {}, ())
        if known.their_id is not None and (step.is_one_record or rule.find is None):
            is_there = self.writer.exists(probe, known.their_id)
            if is_there or (is_there is None and rule.find is None):
                return (known.their_id,)
        if rule.find is not None:
            return self.writer.find(probe, rule.find) or None
        if rule.kind == "create" or "their.id" in names_in(dict(rule.call)):
            return None
        return ()

    def _with_look_ups(self, rule: WriteRule) -> dict[str, Any]:
        found: dict[str, Any] = {}
        facts = {**self.facts, LOOKED_UP: found}
        for one in rule.look_up:
            rows = self.writer.look(one.read, facts)
            found[one.name] = rows if one.many else rows[0] if rows else None
        return facts

    def _call(
        self,
        kind: str,
        rule: WriteRule,
        values: Mapping[str, Any],
        ids: tuple[str, ...],
        facts: Mapping[str, Any] | None = None,
    ) -> Call:
        return Call(kind, rule.call, values, facts or self.facts, self.key, ids)
