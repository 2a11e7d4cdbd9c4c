"""What every answer carries, and the problems that callers meet."""

from __future__ import annotations

import json
import uuid

import pytest
from sqlalchemy import select

from connector.api import employees
from connector.domain.access import Actor, Role
from connector.services.access_log import my_readers
from connector.store.hr import JobRequirement
from connector.store.sheet import AgreementSheet
from tests.api.conftest import COLLECTIONS, World, take_away_database


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_headers(world: World, collection: str) -> None:
    answer = world.get(f"/{collection}")
    assert answer.mimetype == "application/json"
    assert answer.headers["API-Version"] == "1.0.0"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Language"] == "nl"
    assert {"Accept", "Accept-Language", "Authorization"} <= set(answer.vary)
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "Set-Cookie" not in answer.headers
    uuid.UUID(answer.headers["BelGov-Trace-Id"])


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_what_did_not_change_is_not_sent_again(world: World, collection: str) -> None:
    for path in (f"/{collection}", f"/{collection}/{world.ids['acme'][collection]}"):
        first = world.get(path)
        again = world.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert again.data == b""
        assert again.headers["ETag"] == first.headers["ETag"]
        assert world.get(path, headers={"If-None-Match": '"other"'}).status_code == 200


def test_an_etag_changes_with_what_it_names(world: World) -> None:
    path = f"/agreement-sheets/{world.ids['acme']['agreement-sheets']}"
    before = world.get(path).headers["ETag"]
    with world.installation.store.begin() as session:
        sheet = session.get_one(AgreementSheet, world.ids["acme"]["agreement-sheets"])
        sheet.closed_at = world.installation.clock()
    answer = world.get(path, headers={"If-None-Match": before})
    assert answer.status_code == 200
    assert "closedAt" in answer.json


def test_head_is_get_without_a_body(world: World) -> None:
    headers = {"Authorization": f"Bearer {world.tokens['acme'][Role.HR]}"}
    answer = world.client.head("/api/v1/employees", headers=headers)
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.headers["ETag"] == world.get("/employees").headers["ETag"]


@pytest.mark.parametrize(
    ("asked", "spoken", "label"),
    [
        ("fr-BE,fr;q=0.9", "fr", "Conduire un chariot élévateur"),
        ("nl-BE", "nl", "Heftruck besturen"),
        ("tr, de", "nl", "Heftruck besturen"),
        ("en", "en", "Heftruck besturen"),
        ("", "nl", "Heftruck besturen"),
        (";;;q=x", "nl", "Heftruck besturen"),
    ],
)
def test_languages(world: World, asked: str, spoken: str, label: str) -> None:
    path = f"/competencies/{world.ids['acme']['competencies']}"
    answer = world.get(path, headers={"Accept-Language": asked})
    assert answer.headers["Content-Language"] == spoken
    assert answer.json["label"] == label


@pytest.mark.parametrize("accept", ["text/html", "application/xml", "application/json;q=0", "image/*, text/*"])
def test_answers_that_we_do_not_have(world: World, accept: str) -> None:
    answer = world.get("/employees", headers={"Accept": accept})
    assert answer.status_code == 406
    assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("accept", ["*/*", "application/*", "application/json; charset=utf-8", "text/html, */*;q=0.1"])
def test_answers_that_we_have(world: World, accept: str) -> None:
    assert world.get("/employees", headers={"Accept": accept}).status_code == 200


NOWHERE = [
    "/api",
    "/api/",
    "/api/v1",
    "/api/v1/",
    "/api/v2/employees",
    "/api/v1/employees/",
    "/api/v1//employees",
    "/api/v1/Employees",
    "/api/v1/jobProfiles",
    "/api/v1/employees/1/plan",
    "/api/v1/development-plans",
]


def test_addresses_that_do_not_exist(world: World) -> None:
    for path in NOWHERE:
        answer = world.client.get(path)
        body = json.loads(answer.data)
        assert (answer.status_code, body["status"], body["title"]) == (404, 404, "Not Found"), path
        assert answer.mimetype == "application/problem+json"
        assert body["type"] == "urn:problem-type:belgif:resourceNotFound"
        assert body["instance"] == f"urn:uuid:{answer.headers['BelGov-Trace-Id']}"
        assert answer.headers["API-Version"] == "1.0.0"


def test_pages_keep_their_own_not_found(world: World) -> None:
    answer = world.client.get("/no-such-page")
    assert answer.status_code == 404
    assert answer.mimetype == "text/html"


def test_the_callers_number_is_repeated_beside_ours(world: World) -> None:
    theirs = "d9e35127-e9b1-4201-a211-2b52e52508df"
    answer = world.get("/employees", headers={"BelGov-Trace-Id": theirs})
    assert answer.headers["BelGov-Related-Trace-Id"] == theirs
    assert answer.headers["BelGov-Trace-Id"] != theirs
    hostile = world.get("/employees", headers={"BelGov-Trace-Id": "<b>" * 20})
    assert "BelGov-Related-Trace-Id" not in hostile.headers


def test_a_failure_of_ours_tells_nothing(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("Amina Peeters of table person_details")

    monkeypatch.setattr(employees, "list_employees", fail)
    answer = world.get("/employees")
    assert answer.status_code == 500
    assert answer.json["type"] == "urn:problem-type:belgif:internalServerError"
    assert "Amina" not in answer.get_data(as_text=True)
    assert "person_details" not in answer.get_data(as_text=True)


def test_without_the_database(world: World) -> None:
    take_away_database(world)
    answer = world.get("/employees")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.json["detail"] == "This cannot be answered now. Try again in a minute."


def test_an_employee_has_these_keys_and_no_more(world: World) -> None:
    person = world.ids["acme"]["employees"]
    assert world.get(f"/employees/{person}").json == {
        "self": f"http://pop.example/api/v1/employees/{person}",
        "id": person,
        "name": "Persoon 002",
        "givenName": "Éloïse",
        "employeeNumber": "0002",
        "status": "active",
        "unit": {"id": 1, "name": "Magazijn"},
        "job": {"id": 1, "title": "Heftruckchauffeur", "href": "http://pop.example/api/v1/job-profiles/1"},
        "supervisorId": person - 1,
    }


def test_facts_of_a_day(world: World) -> None:
    person = world.ids["acme"]["employees"]
    assert world.get(f"/employees/{person}?on=2025-12-31").status_code == 404
    assert world.get("/employees?on=2025-12-31").json["total"] == 0
    assert world.get("/job-profiles?on=2025-12-31").json["total"] == 0
    assert world.get("/job-profiles?on=9999-12-31").json["total"] == 1


def test_filters(world: World) -> None:
    ids = world.ids["acme"]
    assert [row["id"] for row in world.get(f"/employees?supervisorId={ids['employees'] - 1}").json["items"]] == [
        ids["employees"]
    ]
    assert world.get("/employees?employeeNumber=0002").json["total"] == 1
    assert world.get("/employees?status=left").json["total"] == 0
    assert world.get("/employees?status=unknown").json["total"] == 0
    assert world.get(f"/trainings?competencyId={ids['competencies']}&isRetired=false").json["total"] == 1
    assert world.get("/trainings?isRetired=true").json["total"] == 0
    assert world.get("/trainings?isRetired=maybe").status_code == 400
    assert world.get("/competencies?framework=employer:acme&code=C1").json["total"] == 1
    assert world.get("/competencies?framework=employer:zenit").json["total"] == 0
    assert world.get(f"/conversations?employeeId={ids['employees']}&state=planned").json["total"] == 1
    assert world.get(f"/agreement-sheets?employeeId={ids['employees'] - 1}").json["total"] == 0
    assert world.get("/sync-runs?source=files-zenit").json["total"] == 0


def test_the_owner_sees_who_opened_the_sheet(world: World) -> None:
    number = world.ids["acme"]["agreement-sheets"]
    with world.installation.store.read() as session:
        sheet = session.get_one(AgreementSheet, number)
        owner = Actor(role=Role.EMPLOYEE, employer_id=sheet.employer_id, account_id=sheet.owner_id)
    world.get("/agreement-sheets")
    world.get(f"/agreement-sheets/{number}", Role.ADMINISTRATOR)
    world.get(f"/agreement-sheets/{number}", employer="zenit")
    assert my_readers(owner, world.installation) == []
    world.get(f"/agreement-sheets/{number}")
    (reading,) = my_readers(owner, world.installation)
    assert (reading.reader_role, reading.part) == ("hr", f"sheet:{number}")


def test_the_list_of_sheets_holds_no_text(world: World) -> None:
    text = world.get("/agreement-sheets").get_data(as_text=True)
    assert "heftruck" not in text.lower() and "opleiding" not in text.lower()


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_no_answer_holds_null(world: World, collection: str) -> None:
    for path in (f"/{collection}", f"/{collection}/{world.ids['acme'][collection]}"):
        assert b"null" not in world.get(path).data


def test_a_function_without_competencies_says_so_with_an_empty_list(world: World) -> None:
    with world.installation.store.begin() as session:
        for row in session.scalars(select(JobRequirement)):
            session.delete(row)
    answer = world.get(f"/job-profiles/{world.ids['acme']['job-profiles']}")
    assert answer.json["requirements"] == []
