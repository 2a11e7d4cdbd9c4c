"""What a mapping may say about a REST source: its `connection` table and the `read` table of each resource."""

from __future__ import annotations

from marshmallow import Schema, fields, validate

from connector.http.login import KINDS as LOGIN_KINDS
from connector.sources.options import is_path
from connector.sources.paging import PaginationSchema


class _CheckSchema(Schema):
    path = fields.String(required=True)
    params = fields.Dict(keys=fields.String(), load_default={})


class ConnectionSchema(Schema):
    """
    auth = "none" | "bearer" | "basic" | "header"     with `user` and `password` of the source
    header = "X-Api-Key"                              for auth = "header"
    headers = { … }                                   sent with every call
    base_path = "api/v2"                              added to the operator's url, unless it ends so already
    check = { path = "employees", params = { limit = 1 } }    a call that any good login may make
    """

    auth = fields.String(load_default="none", validate=validate.OneOf(LOGIN_KINDS))
    header = fields.String(load_default="")
    headers = fields.Dict(keys=fields.String(), values=fields.String(), load_default={})
    base_path = fields.String(load_default="")
    check = fields.Nested(_CheckSchema, load_default=None, allow_none=True)


class ReadSchema(Schema):
    """
    path = "employees/{parent.id}/skills"             {parent.…} is a plain path in the record it is read for
    method = "GET" | "POST"                           with POST the parameters are a JSON object
    params = { … }
    records = "data"                                  JMESPath of the list; without it the body is the list
    total = "meta.total"                              JMESPath of the source's own count over all pages
    pagination = { kind = … }                         see connector.sources.paging
    """

    path = fields.String(required=True)
    method = fields.String(load_default="GET", validate=validate.OneOf(["GET", "POST"]))
    params = fields.Dict(keys=fields.String(), load_default={})
    records = fields.String(load_default="@", validate=is_path)
    total = fields.String(load_default=None, allow_none=True, validate=is_path)
    pagination = fields.Nested(PaginationSchema, load_default=lambda: PaginationSchema().load({"kind": "none"}))
