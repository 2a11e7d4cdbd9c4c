"""/conversations: dates and participants, never what was said."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, Wire, installation, number
from connector.services.conversation_list import STATES, ConversationDates, find_conversation, list_conversations

blueprint = ApiBlueprint("conversations", "When conversations are and who takes part. What was said is not here.")


class ParticipantWire(Wire):
    """Somebody in a conversation."""

    employee_id = fields.Integer(required=True)
    href = Link("employees", attribute="employee_id", required=True)
    role = fields.String(required=True)


class ConversationWire(Wire):
    """A conversation."""

    id = fields.Integer(required=True)
    employee_id = fields.Integer(required=True, metadata={"description": "Whose development it is about."})
    kind = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    window_from = fields.Date(required=True, metadata={"description": "The first day on which it may be."})
    window_to = fields.Date(required=True, metadata={"description": "The last day on which it should be."})
    starts_at = fields.DateTime(metadata={"description": "Left out until it has a slot."})
    ends_at = fields.DateTime()
    participants = fields.List(fields.Nested(ParticipantWire), required=True)


class ConversationItemWire(ConversationWire):
    """A conversation in a list."""

    href = Link("conversations", attribute="id", required=True)


class ConversationDocumentWire(ConversationWire):
    """One conversation."""

    self = Link("conversations", attribute="id", required=True)


class ConversationPageWire(PageWire):
    """A page of conversations."""

    items = fields.List(fields.Nested(ConversationItemWire), required=True)


class ConversationQuery(PageQuery):
    """Which conversations: those for which everything that is given holds."""

    employee_id = number()
    state = fields.String(validate=validate.OneOf(STATES))


_CONVERSATION = {
    "id": 88,
    "employeeId": 12,
    "kind": "development_conversation",
    "state": "planned",
    "windowFrom": "2026-11-23",
    "windowTo": "2026-12-18",
    "startsAt": "2026-12-01T09:00:00+00:00",
    "endsAt": "2026-12-01T10:30:00+00:00",
    "participants": [
        {"employeeId": 12, "href": "https://pop.example/api/v1/employees/12", "role": "employee"},
        {"employeeId": 7, "href": "https://pop.example/api/v1/employees/7", "role": "supervisor"},
    ],
}


@blueprint.reads(
    "/conversations",
    ConversationPageWire,
    query=ConversationQuery,
    example=page_example("conversations", _CONVERSATION),
)
def list_all_conversations(query: dict[str, Any]) -> PageBody:
    """The conversations of the employer, by the day on which they may be."""
    asked = page_asked(query)
    return page_body("conversations", list_conversations(actor(), installation(), asked, **query), asked)


@blueprint.reads(
    "/conversations/<number:id>",
    ConversationDocumentWire,
    example=document_example("conversations", _CONVERSATION),
)
def get_conversation(_query: dict[str, Any], conversation_id: int) -> ConversationDates:
    """One conversation of the employer."""
    return find_conversation(actor(), installation(), conversation_id)
