"""/competencies: the shared frameworks and the employer's own."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, Wire, installation, words
from connector.services.competency_list import CompetencyEntry, find_competency, list_competencies

blueprint = ApiBlueprint("competencies", "Competencies of the shared frameworks and of the employer's own list.")


class CompetencyWire(Wire):
    """A competency."""

    id = fields.Integer(required=True)
    code = fields.String(required=True, metadata={"description": "The framework's own id."})
    framework = fields.String(required=True)
    framework_version = fields.String(required=True)
    kind = fields.String(metadata={"description": "skill, knowledge or attitude."})
    label = fields.String(metadata={"description": "In the language of the answer if the framework has that one."})
    attribution = fields.String(metadata={"description": "What the framework's licence asks to be shown."})
    retired_at = fields.DateTime()


class CompetencyItemWire(CompetencyWire):
    """A competency in a list."""

    href = Link("competencies", attribute="id", required=True)


class CompetencyDocumentWire(CompetencyWire):
    """One competency."""

    self = Link("competencies", attribute="id", required=True)


class CompetencyPageWire(PageWire):
    """A page of competencies."""

    items = fields.List(fields.Nested(CompetencyItemWire), required=True)


class CompetencyQuery(PageQuery):
    """Which competencies: those for which everything that is given holds."""

    framework = words(60)
    code = words(200)


_COMPETENCY = {
    "id": 31,
    "code": "odoo:heftruck-besturen",
    "framework": "employer:acme",
    "frameworkVersion": "1",
    "kind": "skill",
    "label": "Heftruck besturen",
}


@blueprint.reads(
    "/competencies", CompetencyPageWire, query=CompetencyQuery, example=page_example("competencies", _COMPETENCY)
)
def list_all_competencies(query: dict[str, Any]) -> PageBody:
    """The competencies that the employer can use."""
    asked = page_asked(query)
    return page_body("competencies", list_competencies(actor(), installation(), asked, **query), asked)


@blueprint.reads(
    "/competencies/<number:id>",
    CompetencyDocumentWire,
    example=document_example("competencies", _COMPETENCY),
)
def get_competency(_query: dict[str, Any], competency_id: int) -> CompetencyEntry:
    """One competency."""
    return find_competency(actor(), installation(), competency_id)
