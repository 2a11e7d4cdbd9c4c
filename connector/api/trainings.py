"""/trainings: what can be booked."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, Wire, installation, number
from connector.services.training_list import TrainingEntry, find_training, list_trainings

blueprint = ApiBlueprint(
    "trainings", "The trainings of the employer's catalogues. What a catalogue does not say is left out."
)


class TrainingWire(Wire):
    """A training that can be booked."""

    id = fields.Integer(required=True)
    key = fields.String(required=True, metadata={"description": "The catalogue's own id."})
    title = fields.String(required=True)
    description = fields.String()
    aim = fields.String()
    provider = fields.String()
    language = fields.String()
    learning_form = fields.String(metadata={"description": "formal or informal, as the law means it."})
    price = fields.Float(metadata={"description": "Left out when it is not known; 0 means free."})
    currency = fields.String()
    hours = fields.Float()
    place = fields.String()
    url = fields.String()
    next_starts_on = fields.Date()
    retired_on = fields.Date(metadata={"description": "Since when it can no longer be booked."})
    competency_ids = fields.List(fields.Integer(), required=True)


class TrainingItemWire(TrainingWire):
    """A training in a list."""

    href = Link("trainings", attribute="id", required=True)


class TrainingDocumentWire(TrainingWire):
    """One training."""

    self = Link("trainings", attribute="id", required=True)


class TrainingPageWire(PageWire):
    """A page of trainings."""

    items = fields.List(fields.Nested(TrainingItemWire), required=True)


class TrainingQuery(PageQuery):
    """Which trainings: those for which everything that is given holds."""

    competency_id = number()
    is_retired = fields.Boolean(truthy={"true"}, falsy={"false"})


_TRAINING = {
    "id": 204,
    "key": "HEF-1",
    "title": "Heftruck: basisopleiding",
    "provider": "Opleidingscentrum De Brug",
    "language": "nl",
    "learningForm": "formal",
    "price": 450.0,
    "currency": "EUR",
    "hours": 16.0,
    "nextStartsOn": "2027-01-12",
    "competencyIds": [31],
}


@blueprint.reads("/trainings", TrainingPageWire, query=TrainingQuery, example=page_example("trainings", _TRAINING))
def list_all_trainings(query: dict[str, Any]) -> PageBody:
    """The trainings of the employer's catalogues, by title."""
    asked = page_asked(query)
    return page_body("trainings", list_trainings(actor(), installation(), asked, **query), asked)


@blueprint.reads("/trainings/<number:id>", TrainingDocumentWire, example=document_example("trainings", _TRAINING))
def get_training(_query: dict[str, Any], training_id: int) -> TrainingEntry:
    """One training."""
    return find_training(actor(), installation(), training_id)
