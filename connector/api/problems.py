"""What a caller is told when something is wrong: RFC 9457, with the problem types that Belgif standardised.

Only `type` and `status` are a contract; `detail` is for people. No value that was sent in is repeated.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from flask import Response, current_app, json
from marshmallow import Schema, fields
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from connector.api.tracing import trace_id
from connector.errors import (
    ConfigurationError,
    ConflictError,
    InputError,
    NotAllowedError,
    NotFoundError,
    RetryError,
    StoreError,
)
from connector.logs import get_logger

MEDIA_TYPE = "application/problem+json"
_BELGIF = "urn:problem-type:belgif:"
_OWN = "urn:problem-type:pop:"
TYPES: dict[int, str] = {
    400: f"{_BELGIF}badRequest",
    401: f"{_BELGIF}invalidAccessToken",
    403: f"{_BELGIF}missingPermission",
    404: f"{_BELGIF}resourceNotFound",
    405: f"{_OWN}methodNotAllowed",
    406: f"{_OWN}notAcceptable",
    409: f"{_OWN}conflict",
    413: f"{_BELGIF}payloadTooLarge",
    429: f"{_BELGIF}tooManyRequests",
    500: f"{_BELGIF}internalServerError",
    503: f"{_BELGIF}serviceUnavailable",
}
NO_TOKEN = f"{_BELGIF}noAccessToken"
NO_SIGNATURE = f"{_OWN}invalidSignature"
EXPIRED_TOKEN = f"{_BELGIF}expiredAccessToken"
UNKNOWN_INPUT = f"{_BELGIF}input-validation:unknownInput"
SCHEMA_VIOLATION = f"{_BELGIF}input-validation:schemaViolation"

_DETAILS = {
    404: "There is no such resource for this token.",
    405: "This cannot be done here: the header Allow says what can.",
    406: "The answer is application/json; the Accept header excludes it.",
    500: "Something went wrong on our side. Quote the instance when you report it.",
    503: "This cannot be answered now. Try again in a minute.",
}
_log = get_logger("connector.api")


class IssueSchema(Schema):
    """One thing that is wrong with the input."""

    type = fields.Url(required=True, metadata={"format": "uri", "example": SCHEMA_VIOLATION})
    title = fields.String(required=True)
    detail = fields.String(required=True)
    location = fields.String(data_key="in", required=True, metadata={"enum": ["query", "path", "header", "body"]})
    name = fields.String(required=True, metadata={"example": "pageSize"})


class ProblemSchema(Schema):
    """A problem (RFC 9457)."""

    type = fields.Url(required=True, metadata={"format": "uri", "example": TYPES[404]})
    title = fields.String(required=True, metadata={"example": "Not Found"})
    status = fields.Integer(required=True, metadata={"example": 404})
    detail = fields.String(metadata={"example": _DETAILS[404]})
    instance = fields.Url(required=True, metadata={"format": "uri"})
    issues = fields.List(fields.Nested(IssueSchema))


def problem(
    status: int,
    detail: str | None = None,
    *,
    kind: str | None = None,
    issues: list[dict[str, str]] | None = None,
    headers: dict[str, str] | None = None,
) -> Response:
    """The answer for one problem; `kind` when the status alone does not name it."""
    body: dict[str, Any] = {
        "type": kind or TYPES.get(status, "about:blank"),
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail or _DETAILS.get(status) or HTTPStatus(status).description,
        "instance": f"urn:uuid:{trace_id()}",
    }
    if issues:
        body["issues"] = issues
    response: Response = current_app.response_class(json.dumps(body), status=status, mimetype=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def on_http_error(error: HTTPException) -> Response:
    """A problem for everything that Flask, Werkzeug or webargs aborts with."""
    messages = getattr(error, "data", {}).get("messages")
    if messages:
        return problem(400, "The request does not fit the description of this operation.", issues=_issues(messages))
    status = error.code or 500
    if isinstance(error, RequestRedirect):  # one resource has one address: nothing is guessed
        status = 404
    allowed = error.valid_methods if isinstance(error, MethodNotAllowed) else None
    return problem(status, headers={"Allow": ", ".join(sorted(allowed))} if allowed else None)


def on_input_error(error: InputError) -> Response:
    return problem(400, error.what, issues=_issues({"query": error.problems}))


def issues_in(location: str, error: InputError) -> list[dict[str, str]]:
    """What is wrong with each part of the input, for `problem`."""
    return _issues({location: error.problems})


def on_not_allowed(error: NotAllowedError) -> Response:
    return problem(403, f"The role of this token does not allow {error.where or 'this'}.")


def on_conflict(error: ConflictError | ConfigurationError) -> Response:
    """As things are now, or are set, this cannot be done."""
    return problem(409, f"{error.what[:1].upper()}{error.what[1:]}.")


def on_not_found(error: NotFoundError) -> Response:
    return problem(404, f"{error.what[:1].upper()}{error.what[1:]}.")


def on_any_error(error: Exception) -> Response:
    """What nobody foresaw: the log has it, the caller gets the number under which it is there."""
    _log.error("request failed", exc_info=error)
    if isinstance(error, StoreError | RetryError | OperationalError):
        return problem(503, headers={"Retry-After": "60"})
    return problem(500)


def _issues(messages: dict[str, Any]) -> list[dict[str, str]]:
    """webargs gives {location: {field: [messages]}}."""
    return [
        _issue("body" if location == "json" else location, str(name), str(message))
        for location, by_field in messages.items()
        for name, texts in (by_field if isinstance(by_field, dict) else {"": by_field}).items()
        for message in (texts if isinstance(texts, list) else [texts])
    ]


def _issue(location: str, name: str, message: str) -> dict[str, str]:
    is_unknown = message == "Unknown field."
    return {
        "type": UNKNOWN_INPUT if is_unknown else SCHEMA_VIOLATION,
        "title": "Unknown input" if is_unknown else "Input value is invalid with respect to the schema",
        "detail": "This operation does not know this parameter." if is_unknown else message,
        "in": location,
        "name": name if len(name) <= 60 and name.isprintable() else "(unprintable)",
    }
