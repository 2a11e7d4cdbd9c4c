"""The SCIM endpoint as a provider meets it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from connector.store.hr import Person
from connector.store.pushed import PushedRecord
from connector.store.work import DueWork
from tests.push.conftest import Door

CORE = "urn:ietf:params:scim:schemas:core:2.0:User"
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"


def user(name: str = "amina@schakel.example", **more: Any) -> dict[str, Any]:
    return {"schemas": [CORE], "userName": name, "active": True, **more}


def made(door: Door, name: str = "amina@schakel.example", **more: Any) -> dict[str, Any]:
    answer = door.scim("POST", "/Users", user(name, **more))
    assert answer.status_code == 201, answer.json
    found: dict[str, Any] = answer.json
    return found


def names(answer: Any) -> list[str]:
    assert answer.status_code == 200, answer.json
    return [one["userName"] for one in answer.json["Resources"]]


def test_a_user_is_kept_and_becomes_no_hr_fact_by_itself(door: Door) -> None:
    answer = door.scim(
        "POST",
        "/Users",
        {
            "schemas": [CORE, ENTERPRISE],
            "USERNAME": "amina@schakel.example",
            "externalId": "A-12",
            "password": "hushhush",
            "phoneNumbers": [{"value": "tel:+32-2-555"}],
            "name": {"givenName": "Amina", "familyName": "Peeters", "honorificPrefix": "Mevr."},
            "emails": [{"value": "amina@schakel.example", "type": "work", "primary": "True"}],
            "active": "True",
            ENTERPRISE: {"employeeNumber": 42, "department": "Magazijn", "manager": "boss-1"},
            "id": "mine",
            "meta": {"version": "x"},
        },
    )
    assert answer.status_code == 201
    body = answer.json
    assert body["id"] != "mine"
    assert answer.headers["Location"] == body["meta"]["location"]
    assert body["meta"]["location"] == f"http://pop.example/scim/v2/pushed/Users/{body['id']}"
    assert answer.headers["ETag"] == body["meta"]["version"]
    assert body["meta"]["created"] == body["meta"]["lastModified"] == "2026-11-23T09:00:00.000000Z"
    attributes = {
        "userName": "amina@schakel.example",
        "externalId": "A-12",
        "name": {"givenName": "Amina", "familyName": "Peeters"},
        "emails": [{"value": "amina@schakel.example", "type": "work", "primary": True}],
        "active": True,
        ENTERPRISE: {"employeeNumber": "42", "department": "Magazijn", "manager": {"value": "boss-1"}},
    }
    assert {name: body[name] for name in attributes} == attributes
    assert set(body) == {*attributes, "schemas", "id", "meta"}
    assert body["schemas"] == [CORE, ENTERPRISE]
    assert door.kept() == {("Users", body["id"]): ({**attributes, "id": body["id"]}, door.clock.now, False)}
    with door.installation.store.read() as session:
        assert [work.kind for work in session.scalars(select(DueWork))] == ["sync.source"]
        assert session.scalar(select(func.count()).select_from(Person)) == 0


def test_a_name_is_there_once(door: Door) -> None:
    made(door)
    again = door.scim("POST", "/Users", user("AMINA@schakel.example"))
    assert again.status_code == 409
    assert again.json["scimType"] == "uniqueness"
    assert "amina" not in again.text.lower()
    other = made(door, "bea")
    for method, body in (
        ("PUT", user("Amina@Schakel.example")),
        ("PATCH", {"Operations": [{"op": "replace", "path": "userName", "value": "amina@schakel.example"}]}),
    ):
        assert door.scim(method, f"/Users/{other['id']}", body).json["scimType"] == "uniqueness"
    assert door.scim("PUT", f"/Users/{other['id']}", user("BEA")).status_code == 200  # its own name


def test_who_was_deleted_is_gone_and_may_come_again(door: Door) -> None:
    first = made(door, externalId="x")
    path = f"/Users/{first['id']}"
    answer = door.scim("DELETE", path)
    assert (answer.status_code, answer.data) == (204, b"")
    for method in ("GET", "PUT", "PATCH", "DELETE"):
        assert door.scim(method, path, user()).status_code == 404
    assert door.scim("GET", "/Users").json["totalResults"] == 0
    assert door.scim("GET", '/Users?filter=externalId eq "x"').json["totalResults"] == 0
    assert door.kept()["Users", first["id"]] == ({}, door.clock.now, True)  # nothing personal stays in the tombstone
    assert made(door)["id"] != first["id"]


def test_a_put_replaces_all(door: Door) -> None:
    first = made(door, title="Magazijnier", **{ENTERPRISE: {"department": "A"}})
    door.clock.now += timedelta(hours=1)
    second = door.scim("PUT", f"/Users/{first['id']}", user("new", displayName="N")).json
    assert {name for name in second if name not in ("meta", "schemas")} == {"id", "userName", "active", "displayName"}
    assert second["meta"]["created"] == first["meta"]["created"]
    assert second["meta"]["lastModified"] > first["meta"]["lastModified"]
    assert names(door.scim("GET", '/Users?filter=userName eq "amina@schakel.example"')) == []
    assert names(door.scim("GET", '/Users?filter=username EQ "NEW"')) == ["new"]


def test_versions(door: Door) -> None:
    first = made(door)
    path, version = f"/Users/{first['id']}", first["meta"]["version"]
    assert door.scim("GET", path, headers={"If-None-Match": version}).status_code == 304
    patch = {"Operations": [{"op": "replace", "path": "title", "value": "x"}]}
    assert door.scim("PATCH", path, patch, headers={"If-Match": 'W/"old"'}).status_code == 412
    assert door.scim("PUT", path, user(), headers={"If-Match": 'W/"old"'}).status_code == 412
    assert door.scim("DELETE", path, headers={"If-Match": 'W/"old"'}).status_code == 412
    assert "title" not in door.scim("GET", path).json
    second = door.scim("PATCH", path, patch, headers={"If-Match": f'W/"old", {version}'})
    assert second.json["title"] == "x"
    assert second.headers["ETag"] != version
    assert door.scim("GET", path, headers={"If-None-Match": version}).status_code == 200
    assert door.scim("DELETE", path, headers={"If-Match": "*"}).status_code == 204


def test_a_patch_that_changes_nothing_asks_for_no_sync(door: Door) -> None:
    first = made(door)
    with door.installation.store.begin() as session:
        session.execute(update(DueWork).values(state="done"))
    door.clock.now += timedelta(hours=1)
    same = door.scim("PATCH", f"/Users/{first['id']}", {"Operations": [{"op": "Replace", "value": {"active": "TRUE"}}]})
    assert same.json["meta"] == first["meta"]
    with door.installation.store.read() as session:
        assert session.scalar(select(func.count()).select_from(DueWork)) == 1


def test_pages_count_from_one_and_have_an_end(door: Door) -> None:
    for number in range(7):
        made(door, f"u{number}")
    seen: list[str] = []
    start = 1
    while True:
        page = door.scim("GET", f"/Users?startIndex={start}&count=3").json
        assert page["totalResults"] == 7
        assert page["itemsPerPage"] == len(page["Resources"])
        if not page["Resources"]:
            break
        seen += [one["userName"] for one in page["Resources"]]
        start += len(page["Resources"])
    assert seen == [f"u{number}" for number in range(7)]
    assert names(door.scim("GET", "/Users?startIndex=0&count=1")) == ["u0"]
    assert names(door.scim("GET", "/Users?startIndex=-5&count=1")) == ["u0"]
    assert door.scim("GET", "/Users?startIndex=-5").json["startIndex"] == 1
    nothing = door.scim("GET", "/Users?count=0").json
    assert (nothing["totalResults"], nothing["Resources"]) == (7, [])
    assert door.scim("GET", "/Users?count=-1").json["Resources"] == []
    found = door.scim("GET", '/Users?filter=userName sw "u"&startIndex=6&count=5').json
    assert (found["totalResults"], [one["userName"] for one in found["Resources"]]) == (7, ["u5", "u6"])


def test_no_more_than_the_most_at_a_time(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.services.scim_list.MOST_COUNT", 2)
    for number in range(3):
        made(door, f"u{number}")
    assert len(door.scim("GET", "/Users?count=100").json["Resources"]) == 2


def test_order(door: Door) -> None:
    for name, title in (("a", "Zaag"), ("b", None), ("c", "aap"), ("d", "Boom")):
        made(door, name, **({"title": title} if title else {}))
    assert names(door.scim("GET", "/Users?sortBy=title")) == ["c", "d", "a", "b"]
    assert names(door.scim("GET", "/Users?sortBy=title&sortOrder=descending")) == ["b", "a", "d", "c"]
    assert names(door.scim("GET", "/Users?sortBy=nothing")) == ["a", "b", "c", "d"]
    body = {"sortBy": "title", "filter": "title pr", "count": 2}
    assert names(door.scim("POST", "/Users/.search", body)) == ["c", "d"]


def test_only_some_attributes(door: Door) -> None:
    first = made(door, title="x", emails=[{"value": "a@x.example", "type": "work"}], **{ENTERPRISE: {"division": "d"}})
    path = f"/Users/{first['id']}"
    asked = door.scim("GET", f"{path}?attributes=USERNAME,emails.type,{ENTERPRISE}:division").json
    assert asked == {
        "schemas": first["schemas"],
        "id": first["id"],
        "userName": first["userName"],
        "emails": [{"type": "work"}],
        ENTERPRISE: {"division": "d"},
    }
    left = door.scim("GET", f"{path}?excludedAttributes=title,emails.value,meta,id,{ENTERPRISE}:division").json
    assert left["emails"] == [{"type": "work"}]
    assert "title" not in left
    assert "meta" not in left
    assert left["id"] == first["id"]
    assert left[ENTERPRISE] == {}
    assert door.scim("GET", f"{path}?attributes=title&excludedAttributes=title").status_code == 400
    listed = door.scim("GET", "/Users?attributes=title").json["Resources"]
    assert listed == [{"schemas": first["schemas"], "id": first["id"], "title": "x"}]


@pytest.mark.parametrize(
    ("method", "path", "body", "kind"),
    [
        ("POST", "/Users", {}, "invalidValue"),
        ("POST", "/Users", {"userName": "  "}, "invalidValue"),
        ("POST", "/Users", {"userName": "x", "active": "maybe"}, "invalidValue"),
        ("POST", "/Users", {"userName": "x", "name": "Amina"}, "invalidValue"),
        ("POST", "/Users", {"userName": "x", "title": ["a", "b"]}, "invalidValue"),
        ("POST", "/Groups", {"members": []}, "invalidValue"),
        ("POST", "/Users", [], "invalidSyntax"),
        ("POST", "/Users", None, "invalidSyntax"),
        ("GET", "/Users?filter=userName eq", None, "invalidFilter"),
        ("GET", "/Users?filter=active gt true", None, None),
        ("GET", "/Users?count=many", None, "invalidValue"),
        ("POST", "/Users/.search", {"filter": "("}, "invalidFilter"),
    ],
)
def test_what_does_not_fit_is_said_in_scims_words(
    door: Door, method: str, path: str, body: Any, kind: str | None
) -> None:
    made(door)
    answer = door.scim(method, path, body)
    assert answer.status_code == 400
    if kind:
        assert answer.json["scimType"] == kind


def test_groups_and_their_members(door: Door) -> None:
    one, two = made(door, "one"), made(door, "two")
    group = door.scim("POST", "/Groups", {"displayName": "Ploeg A", "members": [{"value": one["id"]}]}).json
    path = f"/Groups/{group['id']}"
    add = {"Operations": [{"op": "Add", "path": "members", "value": [{"value": two["id"]}, {"value": one["id"]}]}]}
    assert [entry["value"] for entry in door.scim("PATCH", path, add).json["members"]] == [one["id"], two["id"]]
    found = door.scim("GET", f'/Groups?filter=members[value eq "{two["id"]}"]&excludedAttributes=members').json
    assert [one["displayName"] for one in found["Resources"]] == ["Ploeg A"]
    assert "members" not in found["Resources"][0]
    for operation in (
        {"op": "remove", "path": f'members[value eq "{one["id"]}"]'},
        {"op": "Remove", "path": "members", "value": [{"value": two["id"]}]},
    ):
        left = door.scim("PATCH", path, {"Operations": [operation]}).json
    assert "members" not in left
    assert {resource for resource, _ in door.kept()} == {"Users", "Groups"}


def test_a_group_does_not_grow_without_end(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.services.scim.MOST_BYTES", 500)
    group = door.scim("POST", "/Groups", {"displayName": "Ploeg A"}).json
    members = [{"value": f"member-{number:03}"} for number in range(30)]
    patch = {"Operations": [{"op": "add", "path": "members", "value": members}]}
    assert door.scim("PATCH", f"/Groups/{group['id']}", patch).status_code == 413
    assert "members" not in door.scim("GET", f"/Groups/{group['id']}").json


def test_the_same_name_in_two_sources_is_two_users(door: Door) -> None:
    made(door)
    other = {"headers": {"Authorization": f"Bearer {door.tokens['silent']}"}, "json": user()}
    assert door.client.post("/scim/v2/silent/Users", **other).status_code == 201
    assert door.scim("GET", "/Users").json["totalResults"] == 1


def test_a_failure_of_ours_is_no_fault_of_the_sender(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RuntimeError("Amina Peeters")

    monkeypatch.setattr("connector.services.scim.put_sync", broken)
    answer = door.scim("POST", "/Users", user())
    assert answer.status_code == 500
    assert "Amina" not in answer.text
    assert door.kept() == {}


def test_a_row_is_found_by_its_name_without_reading_all(door: Door) -> None:
    """A provider asks this before each write: with 50,000 users it may not read them all."""
    for number in range(5):
        made(door, f"u{number}", externalId=f"e{number}")
    odd = made(door, "odd")["id"]
    with door.installation.store.begin() as session:  # whoever reads this row finds that it cannot be a user
        session.execute(update(PushedRecord).where(PushedRecord.key == odd).values(body=[]))
    for asked in ('userName eq "U3"', 'externalId eq "e3"', 'active eq true and userName eq "u3"'):
        assert names(door.scim("GET", f"/Users?filter={asked}")) == ["u3"]
