"""The tables of a mapping file, as schemas. The `doc` of each field is its line in mappings/README.md.

A `doc` is one plain sentence; `example` is TOML as it would stand in a file.
"""

from __future__ import annotations

from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.sync.records import TARGETS

GRADES = {
    "paper": "written from documentation; nothing of the real system was seen",
    "bronze": "reads a real recording to the last field that we have",
    "silver": "also errors, changed-since reading and the rate limit are tested",
    "gold": "also writes back, knows who has left, and is explained",
    "platinum": "has run against the live system",
}
ABSENT = {
    "left": "the employment ends on the day of the scan",
    "ended": "the thing is no longer there",
    "unknown": "it is reported as missing, and nothing ends",
    "out_of_scope": "the source just does not tell about it any more, and nothing ends",
}
PROTOCOLS = {
    "files": "a workbook, a folder of CSV files or JSON, here or over SFTP",
    "rest": "JSON over HTTP",
    "jsonrpc": "Odoo up to 18",
    "json2": "Odoo from 19 on",
    "jsonld": "courses described in web pages (schema.org)",
    "inbox": "records that the other system pushes to us, by webhook or SCIM",
}
KINDS = {"hr": "people, units, jobs and what belongs to them", "catalogue": "trainings"}


def a_path(text: str) -> None:
    """Check of a field that holds a JMESPath expression; it tells at which character it goes wrong."""
    try:
        jmespath.compile(text)
    except JMESPathError as error:
        place = getattr(error, "lex_position", None)
        where = f": it goes wrong at character {place + 1}" if place is not None else ""
        raise ValidationError(f"{text!r} is not a path (JMESPath){where}") from error


def _path(doc: str, *, required: bool = False, data_key: str | None = None, example: str = "") -> fields.String:
    default: dict[str, Any] = {} if required else {"load_default": None}
    metadata = {"doc": doc, "example": example} if example else {"doc": doc}
    return fields.String(required=required, data_key=data_key, validate=a_path, metadata=metadata, **default)


def _table(doc: str, example: str) -> fields.Dict:
    return fields.Dict(keys=fields.String(), load_default=dict, metadata={"doc": doc, "example": example})


class OnlySchema(Schema):
    """Which records are meant: those with one of the values at a path, or (without `in`) with anything there."""

    path = _path("Path of the value that decides.", required=True, example='"active"')
    in_ = fields.List(
        fields.Raw(),
        data_key="in",
        metadata={"doc": "The values that count; without it: all but nothing, false and empty.", "example": "[true]"},
    )


class EffectiveSchema(Schema):
    """From when to when a joined row holds. The row of today is taken, never simply the newest."""

    from_ = _path("Path of the first day in the joined row.", required=True, data_key="from", example='"startDate"')
    to = _path("Path of the last day; empty there means: it still holds.", example='"endDate"')


class JoinSchema(Schema):
    """A record of an earlier resource that is put into each record of this one."""

    resource = fields.String(
        required=True, metadata={"doc": "The earlier resource that is looked in.", "example": '"levels"'}
    )
    on = _path("Path, in this record, of the key that is looked for.", required=True, example='"level_id"')
    by = _path("Path, in the other record, of what it is found by; without it: that resource's own key.")
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
        metadata={"doc": "Of several rows the one that holds today; rows of the future wait for their day."},
    )
    many = fields.Boolean(load_default=False, metadata={"doc": "All rows that are found, as a list."})

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
    key = _path("Path, in a line of that list, of the record's key.", required=True, example='"id"')
    deleted = fields.Nested(
        OnlySchema,
        load_default=None,
        metadata={
            "doc": "Which lines mean that the record has gone: a path and its values.",
            "example": '{ path = "action", in = ["deleted"] }',
        },
    )
    one = fields.Dict(
        keys=fields.String(),
        load_default=None,
        metadata={
            "doc": "How to read one changed record: a `read` table; `{parent.…}` is the line of the list.",
            "example": '{ path = "employees/{parent.id}", records = "[@]" }',
        },
    )


class DeltaSchema(Schema):
    """How runs between two full scans read only what has changed. Nothing is held to be gone by such a run."""

    stamps = fields.List(
        fields.String(validate=a_path),
        load_default=list,
        metadata={
            "doc": "Paths of the moments at which a record was last changed, its own and those of its parts.",
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
    """A call that tells which fields the system offers here: `pop mapping drift` compares them."""

    read = fields.Dict(
        keys=fields.String(),
        required=True,
        metadata={"doc": "How to read the list of fields: a `read` table.", "example": '{ path = "meta/fields" }'},
    )
    name = _path("Path of a field's name in a line of that list.", required=True, example='"id"')
    kind = _path("Path of its type.", example='"dataType"')


class FieldSchema(Schema):
    """How one of our fields comes out of a record. A bare text is short for `{ path = "…" }`."""

    path = fields.String(
        validate=a_path, metadata={"doc": "Path (JMESPath) of the value in the record.", "example": '"department.id"'}
    )
    value = fields.Raw(metadata={"doc": "Instead of a path: this value for every record.", "example": '"active"'})
    convert = fields.Raw(
        load_default=list,
        metadata={
            "doc": "A named converter, or several that follow each other.",
            "example": '["false_as_empty", "day"]',
        },
    )
    codes = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        metadata={"doc": "For `code`: their value = ours; capitals do not matter.", "example": '{ A = "active" }'},
    )
    format = fields.String(
        metadata={
            "doc": "For `day`: how days are written (strptime); ISO is always understood.",
            "example": '"%d/%m/%Y"',
        }
    )
    separator = fields.String(
        metadata={"doc": "For `words`: what stands between two of them; a semicolon without it.", "example": '","'}
    )


class ResourceSchema(Schema):
    """One list of records: how it is read and what its records become."""

    target = fields.String(
        load_default=None,
        validate=validate.OneOf(sorted(TARGETS)),
        metadata={"doc": "What a record becomes; without it the resource only serves others.", "example": '"employee"'},
    )
    read = _table("What the protocol needs to read it.", '{ path = "employees", records = "data" }')
    key = _path("Path of the source's own key of a record; it must be unique.", required=True, example='"id"')
    per = fields.String(
        load_default=None,
        metadata={
            "doc": "Read once for each record of this earlier resource; that record stands under `parent`.",
            "example": '"employees"',
        },
    )
    join = fields.List(
        fields.Nested(JoinSchema),
        load_default=list,
        metadata={"doc": "Records of earlier resources that are put into each record."},
    )
    only_ = fields.Nested(  # `only` is an attribute of every schema
        OnlySchema,
        load_default=None,
        data_key="only",
        metadata={"doc": "Which records are in scope; the others are left alone."},
    )
    distinct = fields.Boolean(
        load_default=False,
        metadata={"doc": "The records only mention these things (the unit of each employee): each counts once."},
    )
    absent = fields.String(
        load_default="unknown",
        validate=validate.OneOf(list(ABSENT)),
        metadata={"doc": "What it means that a complete scan no longer holds a record."},
    )
    delta = fields.Nested(
        DeltaSchema, load_default=None, metadata={"doc": "How to read only what has changed; without it: always all."}
    )
    describe = fields.Nested(
        DescribeSchema, load_default=None, metadata={"doc": "Where the system tells which fields it has."}
    )
    fields_ = fields.Dict(
        keys=fields.String(),
        load_default=dict,
        data_key="fields",
        metadata={"doc": "Our fields, each by its rule.", "example": '{ title = "name" }'},
    )


class MappingSchema(Schema):
    """The whole file."""

    title = fields.String(required=True, metadata={"doc": "What it reads, for people.", "example": '"IceHrm 35"'})
    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS)), metadata={"doc": "What comes out of it."})
    protocol = fields.String(
        required=True, validate=validate.OneOf(list(PROTOCOLS)), metadata={"doc": "How the system is spoken to."}
    )
    grade = fields.String(
        required=True, validate=validate.OneOf(list(GRADES)), metadata={"doc": "How far it has been proved."}
    )
    known_limits = fields.List(
        fields.String(),
        load_default=list,
        metadata={"doc": "Whole sentences: what it cannot read, and what is not certain.", "example": '["No units."]'},
    )
    connection = _table("What the protocol needs to reach the system.", '{ auth = "bearer" }')
    limits = _table("How fast the system may be called, and how it says: slower.", "{ calls_per_minute = 60 }")
    resources = fields.Dict(
        keys=fields.String(),
        required=True,
        validate=validate.Length(min=1),
        metadata={"doc": "The lists of records by name, in the order in which they are read."},
    )
    write = fields.List(
        fields.Dict(keys=fields.String()),
        load_default=list,
        metadata={"doc": "What is written back, one table each."},
    )
