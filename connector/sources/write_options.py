"""What a mapping may say about writing, by protocol: the `call`, `find` and `look_up.read` of a `[[write]]` table.

`{person.key}` in a text becomes that fact; a text that is one placeholder becomes the value itself, number, text or
list. `{their.id}` is the key of the record of theirs.
"""

from __future__ import annotations

import re

from marshmallow import Schema, ValidationError, fields, validate

from connector.sources.options import is_path

_NAME = re.compile(r"[A-Za-z0-9_-]{1,60}\.csv")
_CONTEXT = "Odoo's context: { no_mail_to_attendees = true }."


def _is_file_name(text: str) -> None:
    if not _NAME.fullmatch(text):
        raise ValidationError('must be the name of a file, as "conversations.csv"')


class OdooCallSchema(Schema):
    """The model that is written."""

    model = fields.String(required=True, metadata={"doc": 'The model: "calendar.event".'})
    method = fields.String(
        metadata={"doc": "Another method than create, write or unlink; it is given what the one of its kind is given."}
    )
    context = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": _CONTEXT})


class OdooFindSchema(Schema):
    """How to find our own earlier record of that model."""

    domain = fields.List(
        fields.Raw(),
        required=True,
        validate=validate.Length(min=1),
        metadata={"doc": 'Odoo\'s own filter: [["description", "ilike", "{key}"]].'},
    )
    context = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "Odoo's context."})


class OdooLookSchema(Schema):
    """What is read before writing."""

    model = fields.String(required=True, metadata={"doc": 'The model: "hr.skill".'})
    domain = fields.List(
        fields.Raw(), load_default=[], metadata={"doc": 'Its filter: [["id", "=", "{competency.key}"]].'}
    )
    fields_ = fields.List(
        fields.String(),
        load_default=[],
        data_key="fields",
        metadata={"doc": "The fields to ask for; `id` always comes."},
    )
    context = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "Odoo's context."})


class RestCallSchema(Schema):
    """The call that writes."""

    path = fields.String(
        required=True,
        metadata={"doc": "The address below url, without a leading slash: people/{person.key}/events/{their.id}."},
    )
    method = fields.String(
        validate=validate.OneOf(["POST", "PUT", "PATCH", "DELETE"]),
        metadata={"doc": "Without it POST for create, PUT for update, PATCH for patch, DELETE for delete."},
    )
    body = fields.String(
        load_default="object",
        validate=validate.OneOf(["object", "scim_patch"]),
        metadata={"doc": "object: one with our values (a.b makes one inside). scim_patch: RFC 7644, 3.5.2, replace."},
    )
    id = fields.String(
        load_default="id", validate=is_path, metadata={"doc": "Path of the new record's key in the answer to a create."}
    )
    idempotency_header = fields.String(
        metadata={"doc": "A header by which the system itself knows a repeated create; it holds our key and sequence."}
    )


class RestFindSchema(Schema):
    """How to find our own earlier record."""

    path = fields.String(required=True, metadata={"doc": "The address below url."})
    params = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "The parameters of the call."})
    records = fields.String(
        load_default="@", validate=is_path, metadata={"doc": "Path of the list in the answer. Default: it is the list."}
    )
    id = fields.String(load_default="id", validate=is_path, metadata={"doc": "Path of the key in a record."})


class RestLookSchema(Schema):
    """What is read before writing."""

    path = fields.String(required=True, metadata={"doc": "The address below url."})
    params = fields.Dict(keys=fields.String(), load_default={}, metadata={"doc": "The parameters of the call."})
    records = fields.String(
        load_default="@", validate=is_path, metadata={"doc": "Path of the list in the answer. Default: it is the list."}
    )


class FilesCallSchema(Schema):
    """The drop file that gets a line for each event; its columns are `pop_key` and the values, in their order."""

    file = fields.String(
        required=True,
        validate=_is_file_name,
        metadata={"doc": "Its name, in the folder `write_folder` of the settings: conversations.csv."},
    )
