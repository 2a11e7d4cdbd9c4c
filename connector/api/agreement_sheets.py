"""/agreement-sheets: what an owner put on a sheet for others to read. The plan behind it is not here."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, Wire, installation, number
from connector.services.sheet_list import list_sheets, open_sheet
from connector.services.sheet_views import SheetView

blueprint = ApiBlueprint(
    "agreement-sheets",
    "Agreement sheets: the copies of goals and agreements that their owners shared. "
    "The list holds dates only; opening a sheet is noted, and its owner sees that.",
)


class SharedGoalWire(Wire):
    """A goal as its owner put it on the sheet."""

    uid = fields.UUID(required=True, metadata={"description": "Names the same goal through all versions."})
    what = fields.String(required=True)
    how = fields.String()
    result = fields.String()
    priority = fields.Integer(required=True)
    state = fields.String(required=True)
    target_on = fields.Date()
    competency_id = fields.Integer()
    competency = fields.String()
    level_aimed = fields.Integer(metadata={"description": "0-100."})


class AgreementWire(Wire):
    """Who owes what to whom by when."""

    uid = fields.UUID(required=True)
    goal_uid = fields.UUID()
    kind = fields.String(required=True)
    text = fields.String(required=True)
    owed_by = fields.String(required=True)
    owed_to = fields.String(required=True)
    due_on = fields.Date()
    amount = fields.Float()
    currency = fields.String()
    payer = fields.String()
    spent = fields.Float()
    training_id = fields.Integer()
    delivered_on = fields.Date()
    state = fields.String(required=True, metadata={"description": "done, late, due or open today."})


class SheetDatesWire(Wire):
    """Whose sheet it is, which version is the last, and when both sides confirmed it."""

    id = fields.Integer(required=True)
    employee_id = fields.Integer(required=True)
    version = fields.Integer(required=True)
    shared_at = fields.DateTime(required=True)
    confirmed_by_owner_at = fields.DateTime()
    confirmed_by_supervisor_at = fields.DateTime()
    closed_at = fields.DateTime()


class SheetItemWire(SheetDatesWire):
    """A sheet in a list: dates only."""

    href = Link("agreement-sheets", attribute="id", required=True)


class SheetDocumentWire(SheetDatesWire):
    """One sheet: its last version."""

    id = fields.Integer(attribute="sheet_id", required=True)
    employee_id = fields.Integer(attribute="person_id", required=True)
    version = fields.Integer(attribute="number", required=True)
    goals = fields.List(fields.Nested(SharedGoalWire), required=True)
    agreements = fields.List(fields.Nested(AgreementWire), required=True)
    self = Link("agreement-sheets", attribute="sheet_id", required=True)


class SheetPageWire(PageWire):
    """A page of sheets."""

    items = fields.List(fields.Nested(SheetItemWire), required=True)


class SheetQuery(PageQuery):
    """Whose sheets."""

    employee_id = number()


_DATES = {
    "id": 9,
    "employeeId": 12,
    "version": 2,
    "sharedAt": "2026-11-02T08:00:00+00:00",
    "confirmedByOwnerAt": "2026-11-02T08:00:00+00:00",
    "confirmedBySupervisorAt": "2026-11-03T13:20:00+00:00",
}
_GOAL = {
    "uid": "0b6f2c1e-7a53-4f0e-9d52-0a3b7f1f8f10",
    "what": "Zelfstandig met de heftruck werken",
    "how": "Opleiding en oefenen met een collega",
    "priority": 1,
    "state": "open",
    "targetOn": "2027-03-31",
    "competencyId": 31,
    "competency": "Heftruck besturen",
    "levelAimed": 75,
}
_AGREEMENT = {
    "uid": "5d8f8a30-58a3-43b5-8a6f-6fd6d6c6a2d4",
    "goalUid": "0b6f2c1e-7a53-4f0e-9d52-0a3b7f1f8f10",
    "kind": "cost",
    "text": "De werkgever betaalt de opleiding.",
    "owedBy": "training_department",
    "owedTo": "employee",
    "dueOn": "2027-01-15",
    "amount": 450.0,
    "currency": "EUR",
    "state": "open",
}


@blueprint.reads("/agreement-sheets", SheetPageWire, query=SheetQuery, example=page_example("agreement-sheets", _DATES))
def list_all_sheets(query: dict[str, Any]) -> PageBody:
    """The agreement sheets of the employer: dates only."""
    asked = page_asked(query)
    return page_body("agreement-sheets", list_sheets(actor(), installation(), asked, **query), asked)


@blueprint.reads(
    "/agreement-sheets/<number:id>",
    SheetDocumentWire,
    example={**document_example("agreement-sheets", _DATES), "goals": [_GOAL], "agreements": [_AGREEMENT]},
)
def get_sheet(_query: dict[str, Any], sheet_id: int) -> SheetView:
    """One agreement sheet as its owner shared it; its owner sees that it was read."""
    return open_sheet(actor(), installation(), sheet_id)
