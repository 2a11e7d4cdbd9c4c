"""The `[[write]]` tables of a mapping: what is written back, and what must be true of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from marshmallow import Schema, fields, validate

from connector.domain.placeholders import names_in
from connector.domain.write_back import EVENTS, FACTS, KINDS, LOOKED_UP, LookUp, WriteRule
from connector.sync.mapping_parts import table_field
from connector.sync.path_names import chains_in

_TAKEN_OVER = ("call", "find", "look_up", "values", "needs")
_THEIRS = "their"


class LookUpSchema(Schema):
    """Something that is read before it is written: the number of a level, the type of a skill."""

    as_ = fields.String(
        required=True,
        data_key="as",
        metadata={"doc": "It stands under `found.NAME` of the facts.", "example": '"skill"'},
    )
    read = table_field("What the protocol needs to read it.", '{ model = "hr.skill", fields = ["skill_type_id"] }')
    many = fields.Boolean(
        load_default=False, metadata={"doc": "All records found, as a list; without it the first one, or nothing."}
    )


class WriteSchema(Schema):
    """What one event asks of one record of theirs. Sent only for a source with `write_back = true` in its settings."""

    on = fields.String(
        required=True, validate=validate.OneOf(list(EVENTS)), metadata={"doc": "The event, one of ours."}
    )
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)), metadata={"doc": "What is done."})
    record = fields.String(
        validate=validate.Length(min=1, max=60),
        metadata={
            "doc": "Tables with the same name speak of the same record; a later one takes over what it does not say"
            " itself (call, find, look_up, values, needs) from the first. Default: the first word of the event.",
            "example": '"appointment"',
        },
    )
    call = fields.Dict(
        keys=fields.String(),
        metadata={"doc": "What the protocol needs to write it.", "example": '{ model = "calendar.event" }'},
    )
    find = fields.Dict(
        keys=fields.String(),
        metadata={
            "doc": "How our own earlier record is found when we do not know its key: after a crash it must not be made"
            " twice.",
            "example": '{ domain = [["description", "ilike", "{key}"]] }',
        },
    )
    look_up = fields.List(
        fields.Nested(LookUpSchema), metadata={"doc": "What is read before, in this order; each may use the one above."}
    )
    values = fields.Dict(
        keys=fields.String(),
        metadata={
            "doc": "Their fields, each by its rule, from the facts of the event; one without a value is not sent.",
            "example": '{ start = { path = "starts_at", convert = "moment" } }',
        },
    )
    needs = fields.List(
        fields.String(),
        metadata={"doc": "The fields without which nothing is sent; this is told.", "example": '["employee_id"]'},
    )


def completed(tables: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Each table with its `record`, and with what it takes over from the first table of that record."""
    first: dict[str, Mapping[str, Any]] = {}
    found = []
    for table in tables:
        record = table.get("record") or str(table.get("on", "")).partition(".")[0]
        start = first.setdefault(record, table)
        taken = {name: start[name] for name in _TAKEN_OVER if name in start}
        found.append({**taken, **table, "record": record})
    return found


def problems_of(table: Mapping[str, Any], protocol: str) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """What is wrong in one completed table: place, what, todo."""
    kind, values = table.get("kind"), table.get("values", {})
    if "call" not in table:
        yield ("call",), "this is needed", "The first table of a record says how it is written."
    if kind in ("create", "update", "patch") and not values:
        yield ("values",), "this is needed", "Say which of their fields get which of our facts."
    if (
        kind == "create"
        and protocol != "files"
        and "find" not in table
        and "idempotency_header" not in table.get("call", {})
    ):
        yield ("find",), "a create needs it", "Without it a record would be made twice after a crash."
    for name in table.get("needs", []):
        if name not in values:
            yield ("needs",), f"there is no value {name!r}", f"There are: {', '.join(values) or 'none'}."
    known = [*FACTS.get(str(table.get("on")), {}), LOOKED_UP]
    for place, name in _used(table):
        if name.partition(".")[0] not in known and not (place[0] == "call" and name == f"{_THEIRS}.id"):
            yield place, f"there is no fact {name!r}", f"This event has: {', '.join(known)}."


def _used(table: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Each fact that a table uses, with the place of it."""
    for part in ("call", "find"):
        for name in sorted(names_in(table.get(part, {}))):
            yield (part,), name
    for number, look_up in enumerate(table.get("look_up", [])):
        for name in sorted(names_in(look_up.get("read", {}))):
            yield ("look_up", number, "read"), name
    for field, rule in table.get("values", {}).items():
        path = rule.get("path") if isinstance(rule, Mapping) else None
        for chain in sorted(chains_in(path)) if path else ():
            yield ("values", field, "path"), chain


def write_rule(number: int, table: Mapping[str, Any], values: Sequence[Any]) -> WriteRule:
    """A completed table without problems, as the rule that it is."""
    look_up = tuple(LookUp(one["as_"], one["read"], one["many"]) for one in table.get("look_up", []))
    return WriteRule(
        line=f"write.{number}",
        on=(table["on"],),
        record=table["record"],
        kind=table["kind"],
        call=table["call"],
        find=table.get("find"),
        look_up=look_up,
        values=tuple(values),
        needs=tuple(table.get("needs", [])),
    )
