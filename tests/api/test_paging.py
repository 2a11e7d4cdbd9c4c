"""Pages of lists: the body of the Belgif guide, bounded queries, and input that does not fit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import event

from connector.services.organisations import organisation_id
from connector.store.competencies import Competency
from connector.store.hr import Training
from connector.store.sheet import AgreementSheet, SheetVersion
from connector.store.sync_state import SyncRun
from tests.api.conftest import COLLECTIONS, NOW, World, add_conversation, add_people, create_problem


def test_pages_hold_everybody_once(world: World) -> None:
    add_people(world.installation, "acme", 23)
    seen: list[int] = []
    path: str | None = "/employees?pageSize=10&status=active"
    pages = []
    while path:
        body = world.get(path).json
        pages.append((body["page"], len(body["items"]), body["total"]))
        seen += [item["id"] for item in body["items"]]
        path = body.get("next", "").removeprefix("http://pop.example/api/v1") or None
    assert pages == [(1, 10, 25), (2, 10, 25), (3, 5, 25)]
    assert len(seen) == len(set(seen)) == 25


def test_addresses_around_a_page(world: World) -> None:
    add_people(world.installation, "acme", 23)
    here = "http://pop.example/api/v1/employees?status=active&page={}&pageSize=10"
    body = world.get("/employees?page=2&pageSize=10&status=active").json
    assert (body["self"], body["first"], body["prev"], body["next"]) == tuple(here.format(n) for n in (2, 1, 1, 3))
    assert body["pageSize"] == 10
    first, last = world.get("/employees?pageSize=10").json, world.get("/employees?page=3&pageSize=10").json
    assert "prev" not in first and "next" in first
    assert "next" not in last and "prev" in last


def test_the_host_header_does_not_move_the_addresses(world: World) -> None:
    body = world.get("/employees", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).json
    assert body["self"].startswith("http://pop.example/")
    assert all(item["href"].startswith("http://pop.example/") for item in body["items"])


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_beyond_the_end_is_empty(world: World, collection: str) -> None:
    for page in (2, 1000, 1_000_000_000):
        body = world.get(f"/{collection}?page={page}&pageSize=100").json
        assert body["items"] == []
        assert body["total"] > 0
        assert body["prev"].endswith("page=1&pageSize=100")
        assert "next" not in body


WRONG_SIZES = ["0", "-1", "101", "1e9", "1000000000", "", "x", "1.5", "0x10", "1_0", " 7", "٣", "9" * 5000, "null"]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_page_sizes_that_do_not_fit(world: World, collection: str) -> None:
    for size in WRONG_SIZES:
        answer = world.get(f"/{collection}?pageSize={quote(size)}")
        assert answer.status_code == 400, size
        assert [(issue["in"], issue["name"]) for issue in answer.json["issues"]] == [("query", "pageSize")]


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_everything_wrong_is_said_at_once(world: World, collection: str) -> None:
    answer = world.get(f"/{collection}?pageSize=0&page=-1&limit=5&sort=name")
    assert answer.status_code == 400
    kinds = {issue["name"]: issue["type"].rsplit(":", 1)[1] for issue in answer.json["issues"]}
    assert kinds == {
        "page": "schemaViolation",
        "pageSize": "schemaViolation",
        "limit": "unknownInput",
        "sort": "unknownInput",
    }
    assert answer.json["type"] == "urn:problem-type:belgif:badRequest"


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_single_resources_refuse_unknown_keys_too(world: World, collection: str) -> None:
    answer = world.get(f"/{collection}/{world.ids['acme'][collection]}?fields=all")
    assert answer.status_code == 400
    assert [issue["name"] for issue in answer.json["issues"]] == ["fields"]


def test_a_key_given_twice_is_refused(world: World) -> None:
    answer = world.get("/employees?status=active&status=left")
    assert answer.status_code == 400
    assert answer.json["issues"][0]["detail"] == "Given more than once."


HOSTILE = [
    "' OR 1=1 --",
    '"; DROP TABLE person; --',
    "\x00",
    "%",
    "_",
    "../../etc/passwd",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "Éloïse",
    "İşçi",
    "\u202e",
    "a" * 10_000,
    "\r\nSet-Cookie: a=b",
    "' UNION SELECT digest FROM api_token --",
]


@pytest.mark.parametrize("filter_", ["employees?employeeNumber", "competencies?code", "sync-runs?source"])
def test_hostile_filters_find_nothing(world: World, filter_: str) -> None:
    for text in HOSTILE:
        answer = world.get(f"/{filter_}={quote(text)}")
        is_fit = text.isprintable() and len(text) < 200
        assert answer.status_code == (200 if is_fit else 400), text
        if is_fit:
            assert answer.json["items"] == [], text
        else:
            assert text not in answer.get_data(as_text=True)
        assert "Set-Cookie" not in answer.headers


def test_hostile_keys_and_ids(world: World) -> None:
    for text in HOSTILE:
        assert world.get(f"/employees?{quote(text)}=1").status_code == 400, text
        assert world.get(f"/employees/{quote(text, safe='')}").status_code == 404, text


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_ids_that_nobody_has(world: World, collection: str) -> None:
    for number in ("0", "-1", "01", "٣", "1.0", "9" * 18, "9" * 19, "9" * 5000):
        assert world.get(f"/{collection}/{quote(number)}").status_code == 404, number


@contextmanager
def _statements(world: World) -> Iterator[list[str]]:
    found: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA")):
            found.append(statement)

    engine = world.installation.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


# One query finds the token; the others are the list's own.
MOST = {
    "employees": 5,
    "job-profiles": 7,
    "competencies": 4,
    "trainings": 4,
    "agreement-sheets": 3,
    "conversations": 4,
    "sync-runs": 6,  # two of them count what is still open in the sources
    "quarantine": 4,
}


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_a_longer_page_needs_no_more_queries(world: World, collection: str) -> None:
    with _statements(world) as short:
        few = world.get(f"/{collection}?pageSize=100").json
    add_people(world.installation, "acme", 40)
    _repeat(world, 40)
    with _statements(world) as long:
        many = world.get(f"/{collection}?pageSize=100").json
    assert len(many["items"]) >= len(few["items"]) + (40 if collection != "job-profiles" else 1)
    assert len(long) == len(short) <= MOST[collection], long


def _repeat(world: World, times: int) -> None:
    """Copies of what the employer has one of, for the lists other than that of people."""
    ids = world.ids["acme"]
    with world.installation.store.begin() as session:
        employer_id = organisation_id(session, "acme")
        competency = session.get_one(Competency, ids["competencies"])
        training = session.get_one(Training, ids["trainings"])
        sheet = session.get_one(AgreementSheet, ids["agreement-sheets"])
        run = session.get_one(SyncRun, ids["sync-runs"])
        for number in range(times):
            session.add(Competency(framework_id=competency.framework_id, code=f"X{number}"))
            session.add(Training(employer_id=employer_id, source_id=training.source_id, key=f"X{number}", title="Meer"))
            session.add(
                SyncRun(source_id=run.source_id, state="done", started_at=NOW, mapping_digest="0" * 64, counts={})
            )
            again = AgreementSheet(
                employer_id=employer_id,
                owner_id=sheet.owner_id,
                person_id=sheet.person_id,
                plan_id=sheet.plan_id,
                created_at=NOW,
            )
            again.versions = [SheetVersion(number=1, shared_at=NOW)]
            session.add(again)
            add_conversation(session, employer_id, sheet.person_id, sheet.person_id - 1, f"more:{number}")
            session.add(create_problem(run.source_id, run.id, f"more:{number}"))
