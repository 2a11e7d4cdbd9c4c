"""Three employers of forty people behind three connectors: Odoo by JSON-RPC, IceHrm by REST with page numbers and a
count, and a REST interface with links to the next page and no count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

from tests.replay.systems import LOGIN, Asked, IceHrm, Odoo, System

PAGE = 10
Rows = list[dict[str, Any]]


@dataclass
class Employer:
    """One system over rows that may be changed. `people` are its employees as it sends them; `mapping` reads it."""

    mapping: str
    connection: dict[str, Any]
    system: System
    people: Rows
    is_people: Callable[[Asked], bool]  # asked for a page of employees
    page_of: Callable[[Asked], int]  # from 1
    with_page: Callable[[Asked, int], Asked]
    rows_of: Callable[[Any], Rows]  # of an answer with employees, to be changed in place
    add_to_total: Callable[[Any, int], None] | None  # None: it never says how many there are
    poison: Callable[[dict[str, Any]], None]  # makes one employee unreadable
    everybody: Rows = field(default_factory=list)

    def __post_init__(self) -> None:
        self.everybody = list(self.people)

    def keep(self, people: Rows) -> None:
        self.people[:] = people


class Linked:
    """`people?page=2&limit=10` with the link of the next page in the body."""

    def __init__(self, people: Rows) -> None:
        self._people = people

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.token != LOGIN["password"]:
            return 401, {}
        size, page = int(asked.query.get("limit", PAGE)), int(asked.query.get("page", 1))
        rows = self._people[(page - 1) * size : page * size]
        is_last = page * size >= len(self._people)
        return 200, {"items": rows, "next": None if is_last else f"/people?page={page + 1}&limit={size}"}


def odoo(count: int) -> Employer:
    at = {"write_date": "2026-11-02 08:00:00"}
    units: Rows = [{"id": 1, "name": "Wasserij", "parent_id": False, "manager_id": False, **at}]
    job = {"id": 1, "name": "Wasser", "description": False, "requirements": False, "department_id": [1, "W"], **at}
    people: Rows = [
        {
            "id": number,
            "name": f"Mens Nummer{number}",
            "active": True,
            "work_email": f"mens{number}@wasserij.example",
            "barcode": f"{number:03}",
            "employee_type": "employee",
            "departure_date": False,
            "department_id": [1, "Wasserij"],
            "job_id": [1, "Wasser"],
            "job_title": "Wasser",
            "parent_id": [1, "Mens Nummer1"] if number > 1 else False,
            "resource_calendar_id": False,
            "work_location_id": False,
            **at,
        }
        for number in range(1, count + 1)
    ]
    rows: dict[str, Rows] = {"hr.department": units, "hr.job": [job], "hr.employee": people}
    rows |= {"hr.skill": [], "hr.employee.skill": []}

    def page_of(asked: Asked) -> int:
        """A page is asked for by the number above which it begins; people are numbered from 1 on."""
        domain = asked.body["params"]["args"][5][0]
        return next((part[2] // PAGE + 1 for part in domain if part[0] == "id"), 1)

    def with_page(asked: Asked, page: int) -> Asked:
        params = asked.body["params"]
        domain = [*(part for part in params["args"][5][0] if part[0] != "id"), ["id", ">", (page - 1) * PAGE]]
        args = [*params["args"][:5], [domain], params["args"][6]]
        return replace(asked, body={**asked.body, "params": {**params, "args": args}})

    def is_people(asked: Asked) -> bool:
        args = asked.body["params"]["args"] if asked.body else []
        return len(args) > 4 and args[3] == "hr.employee" and args[4] in ("search_read", "search_count")

    def add(answer: Any, more: int) -> None:
        if isinstance(answer["result"], int):
            answer["result"] += more

    return Employer(
        mapping="hr/odoo",
        connection=dict(LOGIN),
        system=Odoo(rows),
        people=people,
        is_people=is_people,
        page_of=page_of,
        with_page=with_page,
        rows_of=lambda answer: answer["result"] if isinstance(answer["result"], list) else [],
        add_to_total=add,
        poison=lambda row: row.update(name=False),
    )


def icehrm(count: int) -> Employer:
    people: Rows = [
        {
            "id": number,
            "employee_id": f"E-{number:03}",
            "first_name": "Mens",
            "last_name": f"Nummer{number}",
            "employment_status": {"id": 3, "display": "Full Time Permanent"},
            "job_title": {"id": 7, "display": "Wasser"},
            "work_email": f"mens{number}@wasserij.example",
            "joined_date": "2011-02-01",
            "supervisor": {"id": 1, "display": "Mens Nummer1"} if number > 1 else None,
            "department": {"id": 2, "display": "Wasserij"},
            "termination_date": None,
            "status": "Active",
        }
        for number in range(1, count + 1)
    ]
    rows: dict[str, Rows] = {"employees": people}
    rows |= {f"employees/{row['id']}/{part}": [] for row in people for part in ("skills", "languages")}

    def add(answer: Any, more: int) -> None:
        answer["total"] += more

    return Employer(
        mapping="hr/icehrm",
        connection={"password": LOGIN["password"]},
        system=IceHrm(rows),
        people=people,
        is_people=lambda asked: asked.path.endswith("employees"),
        page_of=lambda asked: int(asked.query["page"]),
        with_page=lambda asked, page: replace(asked, query={**asked.query, "page": str(page)}),
        rows_of=lambda answer: answer["data"],
        add_to_total=add,
        poison=lambda row: row.update(status="Somewhere"),
    )


def linked(count: int) -> Employer:
    people: Rows = [
        {"id": number, "name": f"Mens Nummer{number}", "mail": f"mens{number}@wasserij.example", "state": "active"}
        for number in range(1, count + 1)
    ]
    return Employer(
        mapping="hr/linked",
        connection={"password": LOGIN["password"]},
        system=Linked(people),
        people=people,
        is_people=lambda asked: asked.path == "people",
        page_of=lambda asked: int(asked.query.get("page", 1)),
        with_page=lambda asked, page: replace(asked, query={**asked.query, "page": str(page)}),
        rows_of=lambda answer: answer["items"],
        add_to_total=None,
        poison=lambda row: row.update(mail="not an address"),
    )


EMPLOYERS: dict[str, Callable[[int], Employer]] = {"odoo": odoo, "icehrm": icehrm, "linked": linked}
