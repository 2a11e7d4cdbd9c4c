"""/api/v1/openapi.json: what can be asked, open to everybody and to pages of other sites."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from apispec.ext.marshmallow import MarshmallowPlugin
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Blueprint, Flask, Response, jsonify
from flask_smorest import Api
from flask_smorest.utils import prepare_response
from werkzeug.routing import IntegerConverter

from connector.api.headers import API_VERSION
from connector.api.problems import MEDIA_TYPE, ProblemSchema
from connector.api.webhook_description import RECEIVED
from connector.api.wire import ROOT, Digits, Link

_ABOUT = """Read-only, but for runs of the sync, which can be asked for, allowed and rejected, and for webhooks,
which their sender signs. Every other call needs a token made with
`pop token create`; it carries one employer and one role, and bounds every answer. Lists are paged; what is unknown is
left out; problems are application/problem+json (RFC 9457)."""

_STATUS = {"type": "object", "required": ["status"], "properties": {"status": {"enum": ["UP", "DEGRADED", "DOWN"]}}}
_OPEN: dict[str, dict[str, Any]] = {
    "/health": {
        "operationId": "tellHealth",
        "summary": "Whether this installation can do its work.",
        "tags": ["open"],
        "security": [],
        "responses": {
            "200": {
                "description": "UP, or DEGRADED when work has been waiting for a quarter of an hour.",
                "content": {"application/json": {"schema": _STATUS, "example": {"status": "UP"}}},
            },
            "503": {
                "description": "DOWN.",
                "content": {"application/json": {"schema": _STATUS, "example": {"status": "DOWN"}}},
            },
        },
    },
    f"{ROOT}/openapi.json": {
        "operationId": "getDescription",
        "summary": "This description.",
        "tags": ["open"],
        "security": [],
        "responses": {
            "200": {
                "description": "An OpenAPI document.",
                "content": {"application/json": {"schema": {"type": "object"}, "example": {"openapi": "3.0.3"}}},
            }
        },
    },
}


class RowNumber(IntegerConverter):
    """An id in an address: no leading zeros, no foreign digits, nothing that a database cannot hold."""

    regex = r"[1-9][0-9]{0,17}"


class ProblemApi(Api):  # type: ignore[misc]
    """flask-smorest, with our problem documents instead of its errors."""

    def _register_error_handlers(self) -> None:
        """Each blueprint has its own: the pages of this application answer in HTML."""

    def _register_responses(self) -> None:
        for status in HTTPStatus:
            if status >= 400:
                self._register_problem(status.name, status.phrase)
        self._register_problem(self.DEFAULT_ERROR_RESPONSE_NAME, "Any other problem")

    def _register_problem(self, name: str, description: str) -> None:
        response: dict[str, Any] = {"description": description, "schema": ProblemSchema}
        prepare_response(response, self.spec, MEDIA_TYPE)
        self.spec.components.response(name, response, lazy=True)

    def _register_pagination_header(self) -> None:
        """Our pages are described in the body."""


def describe(app: Flask) -> Api:
    """Start the description of this application's API."""
    app.url_map.converters["number"] = RowNumber
    app.config.update(API_TITLE="POP connector", API_VERSION=API_VERSION, OPENAPI_VERSION="3.0.3")
    server = app.extensions["pop"].base_url
    api = ProblemApi(
        app,
        spec_kwargs={
            "marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
            "info": {"description": _ABOUT},
            "servers": [{"url": server}],
            "security": [{"token": []}],
        },
    )
    api.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "Made with `pop token create`."}
    )
    api.register_converter(RowNumber, lambda _: {"type": "integer", "minimum": 1})
    api.register_field(Link, "string", "uri")
    api.register_field(Digits, "integer", None)
    return api


def _schema_name(schema: Any) -> str:
    found = resolve_schema_cls(schema)
    return (found[0] if isinstance(found, list) else found).__name__.removesuffix("Wire").removesuffix("Schema")


def serve_description(app: Flask, api: Api) -> None:
    """Add the address of the description itself; it does not change while the application runs."""
    described = api.spec.to_dict()
    described["paths"].update({path: {"get": operation} for path, operation in _OPEN.items()})
    described["paths"][f"{ROOT}/webhooks/{{source}}"] = {"post": RECEIVED}
    blueprint = Blueprint("api-description", __name__, url_prefix=ROOT)

    @blueprint.get("/openapi.json")
    def openapi() -> Response:
        response = jsonify(described)
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return response

    app.register_blueprint(blueprint)
