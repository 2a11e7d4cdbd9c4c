"""/employees: names, numbers, units, jobs, supervisors and status. No more."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, NoQuery, Wire, installation, number, words
from connector.services.directory import STATUSES, Employee, EmployeeFilter, find_employee, list_employees

blueprint = ApiBlueprint("employees", "The people of the employer, as the HR system describes them on a day.")

_ON = fields.Date(metadata={"description": "The day of the facts; today when it is not given."})


class UnitWire(Wire):
    """Where somebody works."""

    id = fields.Integer()
    name = fields.String()


class JobWire(Wire):
    """What somebody does; without `id` when the HR system gives no more than a title."""

    id = fields.Integer()
    title = fields.String(attribute="name")
    href = Link("job-profiles", attribute="id")


class EmployeeWire(Wire):
    """Somebody at the employer."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    given_name = fields.String()
    employee_number = fields.String()
    status = fields.String(required=True, validate=validate.OneOf(STATUSES))
    unit = fields.Nested(UnitWire)
    job = fields.Nested(JobWire)
    supervisor_id = fields.Integer(metadata={"description": "The id of another employee."})


class EmployeeItemWire(EmployeeWire):
    """An employee in a list."""

    href = Link("employees", attribute="id", required=True)


class EmployeeDocumentWire(EmployeeWire):
    """One employee."""

    self = Link("employees", attribute="id", required=True)


class EmployeePageWire(PageWire):
    """A page of employees."""

    items = fields.List(fields.Nested(EmployeeItemWire), required=True)


class DayQuery(NoQuery):
    """On which day."""

    on = _ON


class EmployeeQuery(PageQuery):
    """Which employees: those for whom everything that is given holds."""

    employee_number = words(60)
    status = fields.String(validate=validate.OneOf(STATUSES))
    supervisor_id = number()
    on = _ON


_EMPLOYEE = {
    "id": 12,
    "name": "Amina Peeters",
    "givenName": "Amina",
    "employeeNumber": "0042",
    "status": "active",
    "unit": {"id": 3, "name": "Magazijn"},
    "job": {"id": 5, "title": "Heftruckchauffeur", "href": "https://pop.example/api/v1/job-profiles/5"},
    "supervisorId": 7,
}


@blueprint.reads(
    "/employees",
    EmployeePageWire,
    query=EmployeeQuery,
    example=page_example("employees", _EMPLOYEE),
)
def list_all_employees(query: dict[str, Any]) -> PageBody:
    """The people of the employer, by name."""
    asked = page_asked(query)
    return page_body("employees", list_employees(actor(), installation(), asked, EmployeeFilter(**query)), asked)


@blueprint.reads(
    "/employees/<number:id>",
    EmployeeDocumentWire,
    query=DayQuery,
    example=document_example("employees", _EMPLOYEE),
)
def get_employee(query: dict[str, Any], employee_id: int) -> Employee:
    """One person of the employer."""
    return find_employee(actor(), installation(), employee_id, query.get("on"))
