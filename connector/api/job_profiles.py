"""/job-profiles: the functions of the employer and the competencies that they ask."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, NoQuery, Wire, installation
from connector.services.job_profiles import JobProfile, find_job_profile, list_job_profiles

blueprint = ApiBlueprint("job-profiles", "The functions of the employer, with the competencies that they ask.")

_ON = fields.Date(metadata={"description": "The day of the facts; today when it is not given."})


class RequirementWire(Wire):
    """One competency that a function asks."""

    competency_id = fields.Integer(required=True)
    competency = fields.String(metadata={"description": "Its label, in the language of the answer if there is one."})
    href = Link("competencies", attribute="competency_id", required=True)
    scale = fields.String(metadata={"description": "The name of the scale on which the level was given."})
    level = fields.Integer(metadata={"description": "0-100 on that scale; left out when no level is asked."})
    level_label = fields.String(metadata={"description": "The word of the scale for this level."})
    weight = fields.Float()


class JobProfileWire(Wire):
    """A function."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    description = fields.String()
    entry_conditions = fields.String(metadata={"description": "What the HR system asks of candidates, as text."})
    requirements = fields.List(fields.Nested(RequirementWire), required=True)


class JobProfileItemWire(JobProfileWire):
    """A function in a list."""

    href = Link("job-profiles", attribute="id", required=True)


class JobProfileDocumentWire(JobProfileWire):
    """One function."""

    self = Link("job-profiles", attribute="id", required=True)


class JobProfilePageWire(PageWire):
    """A page of functions."""

    items = fields.List(fields.Nested(JobProfileItemWire), required=True)


class JobProfileQuery(PageQuery):
    """On which day."""

    on = _ON


class JobProfileDayQuery(NoQuery):
    """On which day."""

    on = _ON


_PROFILE = {
    "id": 5,
    "title": "Heftruckchauffeur",
    "description": "Laadt en lost vrachtwagens.",
    "requirements": [
        {
            "competencyId": 31,
            "competency": "Heftruck besturen",
            "href": "https://pop.example/api/v1/competencies/31",
            "scale": "vierdelig",
            "level": 75,
            "levelLabel": "zelfstandig",
        }
    ],
}


@blueprint.reads(
    "/job-profiles", JobProfilePageWire, query=JobProfileQuery, example=page_example("job-profiles", _PROFILE)
)
def list_all_job_profiles(query: dict[str, Any]) -> PageBody:
    """The functions of the employer, by title."""
    asked = page_asked(query)
    return page_body("job-profiles", list_job_profiles(actor(), installation(), asked, query.get("on")), asked)


@blueprint.reads(
    "/job-profiles/<number:id>",
    JobProfileDocumentWire,
    query=JobProfileDayQuery,
    example=document_example("job-profiles", _PROFILE),
)
def get_job_profile(query: dict[str, Any], job_id: int) -> JobProfile:
    """One function of the employer."""
    return find_job_profile(actor(), installation(), job_id, query.get("on"))
