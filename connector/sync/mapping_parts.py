"""The smaller tables of a mapping file, which stand inside a resource: scope, joins, changes, list of fields."""

from __future__ import annotations

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import Schema, ValidationError, fields, validate, validates_schema


def a_path(text: str) -> None:
    """Check of a field that holds a JMESPath expression; it tells at which character it goes wrong."""
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        place = getattr(error, "lex_position", None)
        where = f": it goes wrong at character {place + 1}" if place is not None else ""
        raise ValidationError(f"{text!r} is not a path (JMESPath){where}") from error


def path_field(doc: str, *, required: bool = False, data_key: str | None = None, example: str = "") -> fields.String:
    default: dict[str, Any] = {} if required else {"load_default": None}
    metadata = {"doc": doc, "example": example} if example else {"doc": doc}
    return fields.String(required=required, data_key=data_key, validate=a_path, metadata=metadata, **default)


def table_field(doc: str, example: str) -> fields.Dict:
    return fields.Dict(keys=fields.String(), load_default=dict, metadata={"doc": doc, "example": example})


class OnlySchema(Schema):
    """Which records are meant: those with one of the values at a path, or (without `in`) with anything there."""

    path = path_field("Path of the value that decides.", required=True, example='"active"')
    in_ = fields.List(
        fields.Raw(),
        data_key="in",
        metadata={
            "doc": 'The values that count, as they come: 1 is not "1", but it is true, as 0 is false. Without it: all '
            "but nothing, false and empty.",
            "example": "[true]",
        },
    )


class EffectiveSchema(Schema):
    """From when to when a joined row holds. The row of today is taken, never simply the newest."""

    from_ = path_field(
        "Path of the first day in the joined row.", required=True, data_key="from", example='"startDate"'
    )
    to = path_field("Path of the last day; empty there means: it still holds.", example='"endDate"')


class JoinSchema(Schema):
    """A record of an earlier resource that is put into each record of this one. All records of that resource can be
    found, also those that its `only` leaves out."""

    resource = fields.String(
        required=True, metadata={"doc": "The earlier resource that is looked in.", "example": '"levels"'}
    )
    on = path_field("Path, in this record, of the key that is looked for.", required=True, example='"level_id"')
    by = path_field("Path, in the other record, of what it is found by; without it: that resource's own key.")
    as_ = fields.String(
        required=True,
        data_key="as",
        validate=validate.Regexp(r"^[A-Za-z_]\w*$", error="must be one word"),
        metadata={
            "doc": "The name under which it stands in this record; null when there is none.",
            "example": '"level"',
        },
    )
    effective = fields.Nested(
        EffectiveSchema,
        load_default=None,
        metadata={
            "doc": "Of several rows the one that holds today: of those that have begun and not ended the one that "
            "began last; rows of the future wait for their day."
        },
    )
    many = fields.Boolean(
        load_default=False, metadata={"doc": "All rows that are found, as a list; without it the last one."}
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("many") and data.get("effective"):
            raise ValidationError("give either many or effective", "many")
        if data.get("effective") and not data.get("by"):
            raise ValidationError("is needed with effective: the rows of one record are found by it", "by")


class ChangedSchema(Schema):
    """A call that tells which records have changed or gone; each changed one is then read by itself."""

    read = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={
            "doc": "How to read the list of changes: a `read` table.",
            "example": '{ path = "employees/changed" }',
        },
    )
    key = path_field("Path, in a line of that list, of the record's key.", required=True, example='"id"')
    deleted = fields.Nested(
        OnlySchema,
        load_default=None,
        metadata={
            "doc": "Which lines mean that the record has gone: a path and its values. "
            "`absent` then says what that means.",
            "example": '{ path = "action", in = ["deleted"] }',
        },
    )
    one = fields.Dict(
        keys=fields.String(),
        load_default=None,
        metadata={
            "doc": "How to read one changed record: a `read` table; `{parent.…}` is the line of the list. Where it "
            "answers 404 or 410 the record has gone, as if `deleted` said so, unless that holds of all of them: then "
            "the run stops, for the address may be wrong.",
            "example": '{ path = "employees/{parent.id}", records = "[@]" }',
        },
    )


class DeltaSchema(Schema):
    """How runs between two full scans read only what has changed. Nothing is held to be gone by such a run but what a
    `changed` list says was deleted. What is joined, and the parents of `per`, are read whole in every run; a resource
    that is read `per` another one makes each of its calls in every run, with `since` if it has one."""

    stamps = fields.List(
        fields.String(validate=a_path),
        load_default=list,
        metadata={
            "doc": "Paths, in the record with what it joins, of the moments at which it was last changed, its own and "
            "those of its parts. Needed unless there is a `changed` list; without them the next run asks from when the "
            "last one began to read.",
            "example": '["write_date", "version.write_date"]',
        },
    )
    lookback_minutes = fields.Integer(
        load_default=10,
        validate=validate.Range(min=0, max=10_080),
        metadata={"doc": "Minutes before the newest stamp from which is read again, for clocks differ."},
    )
    full_every_days = fields.Integer(
        load_default=7,
        validate=validate.Range(min=1, max=366),
        metadata={"doc": "Days after which everything is read again: only a full scan knows what has gone."},
    )
    zone = fields.String(
        load_default="UTC", metadata={"doc": "The time zone of stamps that name none.", "example": '"Europe/Brussels"'}
    )
    changed = fields.Nested(
        ChangedSchema, load_default=None, metadata={"doc": "A list of changed keys, where the system has one."}
    )

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if not data.get("stamps") and not data.get("changed"):
            raise ValidationError("give stamps, or a changed table", "stamps")


class DescribeSchema(Schema):
    """A call that tells which fields the system offers here; a sync does not make it. `pop mapping drift` compares
    their names and types with those of its last look, and their names with what the paths of this resource begin with:
    `department` for `department.id`, or `department.id` itself where the list has names with dots. A name that the
    mapping uses and the list lacks is an error (exit code 2); all else is only told."""

    read = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"doc": "How to read the list of fields: a `read` table.", "example": '{ path = "meta/fields" }'},
    )
    name = path_field("Path of a field's name in a line of that list.", required=True, example='"id"')
    kind = path_field("Path of its type.", example='"dataType"')
