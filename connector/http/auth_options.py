"""What a mapping may say about the login, and about the connection as a whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate, validates_schema

from connector.http.told_error import ToldErrorSchema, is_path

# Each kind with the options that mean something for it.
_TOKEN_CALL = ("token", "lifetime", "lifetime_seconds", "header", "value")
_OAUTH2 = ("token_url", "scope", "audience", "client_in", "params", *_TOKEN_CALL)
OPTIONS: dict[str, tuple[str, ...]] = {
    "none": (),
    "bearer": (),
    "basic": ("user",),
    "header": ("header", "value"),
    "query": ("parameter",),
    "form": ("parameter",),
    "afas_token": (),
    "oauth2_client_credentials": _OAUTH2,
    "oauth2_refresh_token": _OAUTH2,
    "session": ("path", "body", "body_as", *_TOKEN_CALL),
}
KINDS = tuple(OPTIONS)


class AuthSchema(Schema):
    """The `auth` table of a connection. `{user}`, `{password}`, `{company}`, `{database}`, `{client_id}` and
    `{client_secret}` stand for what the operator set; the secrets themselves never stand in a mapping."""

    kind = fields.String(required=True, validate=validate.OneOf(KINDS), metadata={"doc": "How a call says who we are."})
    user = fields.String(
        load_default="{user}",
        metadata={
            "doc": 'The user name of basic, e.g. "{user}@{company}". "{password}" where the key is the user name: it'
            " is a secret, so the operator sets it as password, and it is sent as both."
        },
    )
    header = fields.String(
        load_default="",
        metadata={"doc": "The header that holds the key or the token; Authorization for a token when not given."},
    )
    value = fields.String(
        load_default="",
        metadata={
            "doc": 'What stands in that header: "{password}" for a key, "Bearer {token}" for a token when not given.'
        },
    )
    parameter = fields.String(
        load_default="",
        metadata={
            "doc": "The parameter that holds the key: for query in the address, for form in the body of what is read"
            ' with `method = "FORM"`, where no log of the host keeps it.'
        },
    )
    token_url = fields.String(
        load_default="",
        metadata={
            "doc": "Where tokens are given: a path at the source, or a whole https: address; the operator's wins."
        },
    )
    scope = fields.String(load_default="", metadata={"doc": "The scope to ask for; the operator's own wins."})
    audience = fields.String(load_default="", metadata={"doc": "The audience to ask for, where the host wants one."})
    client_in = fields.String(
        load_default="basic",
        validate=validate.OneOf(["basic", "body"]),
        metadata={"doc": "Whether the client secret goes as basic login or in the body of the call for a token."},
    )
    params = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default={},
        metadata={"doc": "More form fields for the call for a token."},
    )
    path = fields.String(load_default="", metadata={"doc": "The path of the login call, which is a POST."})
    body = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default={},
        metadata={"doc": 'The fields of the login call, e.g. { user = "{user}", password = "{password}" }.'},
    )
    body_as = fields.String(
        load_default="json",
        validate=validate.OneOf(["json", "form"]),
        metadata={"doc": "Whether the login call is JSON or a form."},
    )
    token = fields.String(
        load_default=None,
        allow_none=True,
        validate=is_path,
        metadata={
            "doc": "JMESPath of the token in the answer; access_token for OAuth2 when not given, and a session without "
            "it is kept by its cookies."
        },
    )
    lifetime = fields.String(
        load_default="expires_in",
        validate=is_path,
        metadata={"doc": "JMESPath of the seconds that a token lives, in the same answer."},
    )
    lifetime_seconds = fields.Integer(
        load_default=None,
        allow_none=True,
        validate=validate.Range(min=1),
        metadata={"doc": "The seconds that a token or session lives, for a host that does not say."},
    )

    @validates_schema(pass_original=True)
    def _fits(self, data: dict[str, Any], original: Mapping[str, Any], **_: Any) -> None:
        kind = data.get("kind", "none")
        allowed = OPTIONS.get(kind, ())
        for name in original:
            if name != "kind" and name not in allowed:
                raise ValidationError(f"means nothing for {kind}", name)
        for name in {
            "header": ("header",),
            "query": ("parameter",),
            "form": ("parameter",),
            "session": ("path", "body"),
        }.get(kind, ()):
            if not data.get(name):
                raise ValidationError(f"this is needed for {kind}", name)


class AuthField(fields.Field[dict[str, Any]]):
    """`auth = "bearer"` or `auth = { kind = "bearer" }`: an AuthSchema either way."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> dict[str, Any]:
        table = {"kind": value} if isinstance(value, str) else value
        if isinstance(value, str) and value == "header" and isinstance(data, Mapping):
            table = {"kind": value, "header": data.get("header", "")}
        if not isinstance(table, Mapping):
            raise ValidationError("not the name of a kind, nor a table")
        loaded: dict[str, Any] = AuthSchema(unknown=RAISE).load(dict(table))
        return loaded


class HttpConnectionSchema(Schema):
    """The `connection` table of a mapping, as far as it is about HTTP."""

    auth = AuthField(
        load_default=lambda: AuthSchema().load({"kind": "none"}),
        metadata={"doc": "How to log in: the name of a kind, or a table with its options.", "schema": AuthSchema},
    )
    header = fields.String(
        load_default="", metadata={"doc": 'The header that holds the key, beside the plain `auth = "header"`.'}
    )
    headers = fields.Dict(
        keys=fields.String(),
        values=fields.String(),
        load_default={},
        metadata={"doc": "Headers that every call sends; {database} and {company} stand for what the operator set."},
    )
    base_path = fields.String(
        load_default="", metadata={"doc": "A path that is added to the operator's url, unless it ends so already."}
    )
    redirects = fields.Boolean(load_default=False, metadata={"doc": "Whether redirects on the same host are followed."})
    error = fields.Nested(
        ToldErrorSchema,
        load_default=None,
        allow_none=True,
        metadata={"doc": "How to know an error that comes with status 200."},
    )
