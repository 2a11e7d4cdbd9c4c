"""The `connection` table of a mapping whose records are pushed to us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import Schema, fields

from connector.sources.options import checked, is_path


class WebhookSchema(Schema):
    """`[connection] webhook = { … }`: where in the body of a webhook the parts of an event are."""

    resource = fields.String(
        load_default="data.resource",
        validate=is_path,
        metadata={"doc": "Path of the name of the resource; a fixed name is written with quotes: \"'employees'\"."},
    )
    key = fields.String(
        load_default="data.key", validate=is_path, metadata={"doc": "Path of the sender's own key of the record."}
    )
    record = fields.String(
        load_default="data.record", validate=is_path, metadata={"doc": "Path of the record, an object."}
    )
    deleted = fields.String(
        load_default="data.deleted",
        validate=is_path,
        metadata={"doc": "Path of what is true when the record no longer exists."},
    )
    stamp = fields.String(
        load_default="timestamp",
        validate=is_path,
        metadata={"doc": "Path of the moment at which it happened, ISO 8601 with a zone: the newest one wins."},
    )


class PushedConnectionSchema(Schema):
    """The whole table: SCIM needs nothing in it."""

    webhook = fields.Nested(
        WebhookSchema,
        load_default=lambda: WebhookSchema().load({}),
        metadata={"doc": "Where in a webhook the parts of an event are; the default is our own form."},
    )


@dataclass(frozen=True, slots=True)
class EventShape:
    """The paths of one mapping, compiled."""

    paths: Mapping[str, Any]

    def part(self, name: str, payload: Mapping[str, Any]) -> Any:
        """`resource`, `key`, `record`, `deleted` or `stamp` of an event; None when it is not there."""
        try:
            return self.paths[name].search(payload)
        except JMESPathError:  # a function of the path was given what it does not take
            return None


def event_shape(options: Mapping[str, Any], source: str) -> EventShape:
    """From the `connection` table as it stands in the file; MappingError when it is wrong."""
    table = checked(PushedConnectionSchema(), options, source=source, place="connection")["webhook"]
    return EventShape({name: jmespath.compile(path) for name, path in table.items()})
