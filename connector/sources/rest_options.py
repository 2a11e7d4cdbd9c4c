"""What a mapping may say about a REST source: its `connection` table and the `read` table of each resource."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from connector.http.auth_options import HttpConnectionSchema
from connector.sources.options import is_path
from connector.sources.pagination_options import PaginationSchema
from connector.sources.since import SinceSchema


def ends_before_query(path: str) -> None:
    """Check of an address below url: errors show it, and parameters may hold what nobody should see."""
    if "?" in path or "#" in path:
        raise ValidationError("must end before `?` and `#`: parameters stand in `params`")


class CheckSchema(Schema):
    """A call that any good login may make."""

    path = fields.String(
        required=True,
        validate=ends_before_query,
        metadata={"doc": "The address below url, without a leading slash."},
    )
    params = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "The parameters of the call."})


class ConnectionSchema(HttpConnectionSchema):
    """How a REST source is reached; address, user and secrets are the operator's settings."""

    check = fields.Nested(
        CheckSchema,
        load_default=None,
        allow_none=True,
        metadata={"doc": "A call that any good login may make; it tests the login before anything is read."},
    )


class ProbeSchema(Schema):
    """A call that tells whether a resource may be read, for systems that hide what a login may not see."""

    path = fields.String(
        required=True,
        validate=ends_before_query,
        metadata={"doc": "The address below url, without a leading slash."},
    )
    params = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "The parameters of the call."})
    holds = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_path,
        metadata={
            "doc": "A path (JMESPath) in the answer where something must be; nothing, an empty list or false means that"
            " this login may not read the resource."
        },
    )


class ReadSchema(Schema):
    """How one resource is read."""

    path = fields.String(
        required=True,
        validate=ends_before_query,
        metadata={
            "doc": "The address below url, without a query: that is `params`. {parent.id} becomes the value at that"
            ' plain path in the record it is read for: "employees/{parent.id}/skills".'
        },
    )
    method = fields.String(
        load_default="GET",
        validate=validate.OneOf(["GET", "POST", "FORM"]),
        metadata={
            "doc": "GET: parameters in the address. POST: as a JSON object in the body. FORM: as a form in the body."
        },
    )
    format = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "edmx"]),
        metadata={
            "doc": "edmx: the metadata of an OData service (XML), for `describe`: a record `{entity, name, type}` for"
            " each property."
        },
    )
    params = fields.Dict(
        keys=fields.String(),
        load_default={},
        metadata={
            "doc": "The parameters of every call; {parent.id} in a value as in `path`. A list is sent as the same"
            ' parameter several times: { status = ["A", "L"] } is status=A&status=L; where PHP wants brackets they are'
            ' part of the name, "status[]". Where one text with commas is wanted, write it: "A,L". For POST lists and'
            " tables go as they are."
        },
    )
    records = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_path,
        metadata={
            "doc": "The path (JMESPath) of the list of records in the body. Default: the body itself is the list; for"
            " odata `d.results`, `value` or `d`; for scim `Resources`. One object: `[@]`."
        },
    )
    key_as = fields.String(
        load_default=None,
        allow_none=True,
        metadata={
            "doc": "When the records stand in an object by their key instead of in a list: the one name under which"
            ' each gets its key, "id". `records` must end at that object (`people`, not `people.*`, which loses the'
            " keys). An empty list there, as PHP writes an empty object, is no records. Objects within objects: read"
            " the outer one without a target, and its inner list by `per` and `each`."
        },
    )
    total = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_path,
        metadata={
            "doc": "The path (JMESPath) of the source's own count over all pages; the scan must end with as many"
            " records. Default: none; for odata `d.__count` or `@odata.count`, for scim `totalResults`, when there."
        },
    )
    may_be_empty = fields.Boolean(
        load_default=True,
        metadata={"doc": "false: there is always a record, so that none at all means that the login may not see them."},
    )
    pagination = fields.Nested(
        PaginationSchema,
        load_default=lambda: PaginationSchema().load({"kind": "none"}),
        metadata={"doc": "Where the next page starts. Default: there is one page."},
    )
    since = fields.Nested(
        SinceSchema,
        load_default=None,
        allow_none=True,
        metadata={"doc": "How to ask only for what changed since a moment. Default: everything is read each time."},
    )
    probe = fields.Nested(
        ProbeSchema,
        load_default=None,
        allow_none=True,
        metadata={"doc": "A call that tells whether the login may read this. Default: its first page with one record."},
    )

    @validates_schema
    def _fits(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("method") == "POST":
            return
        for name, value in data.get("params", {}).items():
            if isinstance(value, dict):
                raise ValidationError(f"{name!r} is a table, which only POST can send: write it as a text", "params")
