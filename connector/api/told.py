"""What a sync says, on the wire: a code for programs, and words in the language of the caller."""

from __future__ import annotations

from marshmallow import fields

from connector.api.wire import Wire


class ToldWire(Wire):
    """`code` stays the same between releases; `facts` are its parts that vary, never a value of a record."""

    code = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.String(), required=True)
    words = fields.String(required=True, metadata={"description": "In the language of the caller."})
