"""Answers in SCIM's own JSON: resources, lists, errors (RFC 7644, sections 3.1 and 3.12)."""

from __future__ import annotations

import math
from typing import Any

from flask import Response, current_app, g, json

from connector.api.wire import installation
from connector.domain.scim_view import document, shown
from connector.services.scim import Resource

MEDIA_TYPE = "application/scim+json"
ROOT = "/scim/v2"
_MESSAGES = "urn:ietf:params:scim:api:messages:2.0:"


def address(path: str) -> str:
    """The whole address of a path of this source. It comes from the settings: a Host header can be forged."""
    return f"{installation().base_url}{ROOT}/{g.source}{path}"


def answer(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body) if body is not None else None
    response: Response = current_app.response_class(text, status=status, mimetype=MEDIA_TYPE)
    response.headers.update(headers or {})
    return response


def error(status: int, detail: str, kind: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """A SCIM Error; `kind` is its scimType."""
    body: dict[str, Any] = {"schemas": [f"{_MESSAGES}Error"], "status": str(status), "detail": detail}
    if kind:
        body["scimType"] = kind
    return answer(body, status, headers)


def throttled(seconds: float) -> Response:
    return error(429, "Too many calls.", headers={"Retry-After": str(math.ceil(seconds))})


def whole(resource: Resource) -> dict[str, Any]:
    """The resource with its meta."""
    location = address(f"{resource.kind.endpoint}/{resource.key}")
    return document(resource.kind, resource.key, resource.body, resource.created_at, resource.changed_at, location)


def one(resource: Resource, wanted: list[str], without: list[str], status: int = 200) -> Response:
    """One resource, with its address and version in the headers too."""
    found = whole(resource)
    headers = {"ETag": resource.version, "Location": found["meta"]["location"]}
    return answer(shown(resource.kind, found, wanted, without), status, headers)


def listed(total: int, start: int, items: list[dict[str, Any]]) -> Response:
    return answer(
        {
            "schemas": [f"{_MESSAGES}ListResponse"],
            "totalResults": total,
            "startIndex": start,
            "itemsPerPage": len(items),
            "Resources": items,
        }
    )
