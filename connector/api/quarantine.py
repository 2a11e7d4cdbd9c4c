"""/quarantine: the records that could not be taken over, and why. The value itself is nowhere."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.told import ToldWire
from connector.api.wire import Link, Wire, installation, words
from connector.services.quarantine import QuarantineEntry, find_entry, list_quarantine
from connector.services.told_reasons import REASONS

blueprint = ApiBlueprint(
    "quarantined-records", "Records of the sources that could not be taken over, each with its reasons."
)

CODES = [one.code for one in (*REASONS.known, REASONS.other)]


class ProblemWire(Wire):
    """One problem with one record."""

    id = fields.Integer(required=True)
    source = fields.String(required=True)
    resource = fields.String(required=True)
    key = fields.String(required=True, metadata={"description": "The source's own; from `?` on, one made up."})
    field = fields.String(required=True, metadata={"description": "Ours; empty: the record as a whole."})
    column = fields.String(metadata={"description": "What the source calls that field, as its mapping says."})
    reasons = fields.List(fields.Nested(ToldWire), attribute="told", required=True)
    found = fields.String(attribute="kind", required=True, metadata={"description": "What was found, in English."})
    times = fields.Integer(required=True)
    first_seen_at = fields.DateTime(required=True)
    last_seen_at = fields.DateTime(required=True)
    run = fields.Integer(required=True)
    ignored_at = fields.DateTime(metadata={"description": "Since when somebody leaves it as it is."})
    ignored_reason = fields.String()


class ProblemItemWire(ProblemWire):
    """A problem in a list."""

    href = Link("quarantine", attribute="id", required=True)


class ProblemDocumentWire(ProblemWire):
    """One problem."""

    self = Link("quarantine", attribute="id", required=True)


class ProblemPageWire(PageWire):
    """A page of problems."""

    items = fields.List(fields.Nested(ProblemItemWire), required=True)


class ProblemQuery(PageQuery):
    """Which problems: those for which everything that is given holds."""

    source = words(60)
    reason = fields.String(validate=validate.OneOf(CODES))
    ignored = fields.Boolean(
        load_default=False, metadata={"description": "Those that somebody leaves as they are, instead of the others."}
    )


_PROBLEM = {
    "id": 7,
    "source": "odoo",
    "resource": "employees",
    "key": "12",
    "field": "email",
    "column": "work_email",
    "reasons": [{"code": "not_an_email", "facts": {}, "words": "Dit is geen geldig e-mailadres."}],
    "found": "a text of 9 characters",
    "times": 2,
    "firstSeenAt": "2026-11-22T01:30:04+00:00",
    "lastSeenAt": "2026-11-23T01:30:04+00:00",
    "run": 41,
}


@blueprint.reads("/quarantine", ProblemPageWire, query=ProblemQuery, example=page_example("quarantine", _PROBLEM))
def list_problems(query: dict[str, Any]) -> PageBody:
    """What is in quarantine now, the newest first."""
    asked = page_asked(query)
    return page_body("quarantine", list_quarantine(actor(), installation(), asked, **query), asked)


@blueprint.reads("/quarantine/<number:id>", ProblemDocumentWire, example=document_example("quarantine", _PROBLEM))
def get_problem(_query: dict[str, Any], problem_id: int) -> QuarantineEntry:
    """One problem that is still there."""
    return find_entry(actor(), installation(), problem_id)
