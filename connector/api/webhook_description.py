"""What /api/v1/openapi.json says of webhooks in."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any

from connector.api.problems import MEDIA_TYPE

_HEADERS = {
    "webhook-id": "Names the event; the same in every try.",
    "webhook-timestamp": "The moment of sending, in seconds since 1970: within five minutes of now.",
    "webhook-signature": "One or more of v1,BASE64: HMAC-SHA256 over id.timestamp.body; apart by spaces.",
}
_TAKEN = {"type": "object", "required": ["taken"], "properties": {"taken": {"enum": ["in", "before"]}}}
_EVENT = {
    "type": "object",
    "required": ["type", "timestamp", "data"],
    "properties": {
        "type": {"type": "string"},
        "timestamp": {"type": "string", "format": "date-time", "description": "When it happened: the newest wins."},
        "data": {
            "type": "object",
            "required": ["resource", "key"],
            "properties": {
                "resource": {"type": "string"},
                "key": {"type": "string"},
                "record": {"type": "object", "description": "The whole record, as it is from then on."},
                "deleted": {
                    "type": "boolean",
                    "description": "True, instead of a record, when there is none any more.",
                },
            },
        },
    },
}
_EVENT_EXAMPLE = {
    "type": "employee.changed",
    "timestamp": "2026-11-23T09:00:00Z",
    "data": {"resource": "employees", "key": "12", "record": {"id": 12, "name": "Amina Peeters"}},
}
RECEIVED: dict[str, Any] = {
    "operationId": "receiveWebhook",
    "summary": "Tell what changed in a source whose records are pushed (Standard Webhooks).",
    "tags": ["webhooks"],
    "security": [],
    "parameters": [
        {"in": "path", "name": "source", "required": True, "schema": {"type": "string"}},
        *(
            {"in": "header", "name": name, "required": True, "description": about, "schema": {"type": "string"}}
            for name, about in _HEADERS.items()
        ),
    ],
    "requestBody": {
        "required": True,
        "description": "At most 256 KB; the mapping of the source may say another form.",
        "content": {"application/json": {"schema": _EVENT, "example": _EVENT_EXAMPLE}},
    },
    "responses": {
        status: {"description": about, "content": {"application/json": {"schema": _TAKEN, "example": {"taken": taken}}}}
        for status, about, taken in (("200", "Was taken in before.", "before"), ("202", "Taken in.", "in"))
    }
    | {
        status: {
            "description": HTTPStatus(int(status)).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in ("400", "401", "404", "413", "429", "500", "503")
    },
}
