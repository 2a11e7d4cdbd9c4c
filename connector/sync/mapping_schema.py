"""The tables of a mapping file, as schemas. The `doc` of each field is its line in mappings/README.md.

A `doc` is one plain sentence; `example` is TOML as it would stand in a file.
"""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from connector.sync.mapping_parts import (
    DeltaSchema,
    DescribeSchema,
    JoinSchema,
    OnlySchema,
    a_path,
    path_field,
    table_field,
)
from connector.sync.mapping_write import WriteSchema
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


class FieldSchema(Schema):
    """How one of our fields comes out of a record. A bare text is short for `{ path = "…" }`."""

    path = fields.String(
        validate=a_path, metadata={"doc": "Path (JMESPath) of the value in the record.", "example": '"department.id"'}
    )
    value = fields.Raw(
        metadata={
            "doc": "Instead of a path: this value for every record. A bare text is always a path, so that a constant "
            "needs its table.",
            "example": '"active"',
        }
    )
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
        metadata={
            "doc": "For `code`: their value = ours. They are compared as texts without capitals: "
            "`1` is the number and the text, `true` is the text and the yes.",
            "example": '{ A = "active", true = "active" }',
        },
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
    read = table_field("What the protocol needs to read it.", '{ path = "employees", records = "data" }')
    key = path_field(
        "Path of the source's own key of a record; it must be unique. Keys are texts, here and in references, joins "
        'and parents: 7 and "7" are one key, "007" is another.',
        required=True,
        example='"id"',
    )
    per = fields.String(
        load_default=None,
        metadata={
            "doc": "Read once for each record of this earlier resource that is in scope; that record stands under "
            "`parent`. Each run makes all these calls, one of only changes too.",
            "example": '"employees"',
        },
    )
    each = path_field(
        "With `per`, instead of `read`: path of a list inside that record. Each of its members is a record, without a "
        "call.",
        example='"sessions"',
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
        metadata={
            "doc": "Which records are in scope; the others are never taken over, but can still be joined to. To leave "
            "the scope is to be gone: `absent` says what that means."
        },
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
    connection = table_field("What the protocol needs to reach the system.", '{ auth = "bearer" }')
    limits = table_field("How fast the system may be called, and how it says: slower.", "{ calls_per_minute = 60 }")
    resources = fields.Dict(
        keys=fields.String(),
        required=True,
        validate=validate.Length(min=1),
        metadata={"doc": "The lists of records by name, in the order in which they are read."},
    )
    write = fields.List(
        fields.Nested(WriteSchema),
        load_default=list,
        metadata={"doc": "What is written back, one table for each event and record; see Writing back."},
    )
