"""Every address of SCIM, and who opens it: the token of that one source, and nothing else."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest

from connector.domain.access import Actor, Role
from connector.errors import InputError, NotAllowedError
from connector.services.pushed import find_inbox
from connector.services.tokens import TOKEN_ROLES, create_source_token, create_token, list_tokens, revoke_token
from tests.push.conftest import OPERATOR, Door

USER = {"userName": "amina", "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]}
# Written out on purpose: an address that is added must be added here.
CALLS = [
    ("GET", "/Users"),
    ("POST", "/Users"),
    ("POST", "/Users/.search"),
    ("GET", "/Users/x"),
    ("PUT", "/Users/x"),
    ("PATCH", "/Users/x"),
    ("DELETE", "/Users/x"),
    ("GET", "/Groups"),
    ("POST", "/Groups"),
    ("POST", "/Groups/.search"),
    ("GET", "/Groups/x"),
    ("PUT", "/Groups/x"),
    ("PATCH", "/Groups/x"),
    ("DELETE", "/Groups/x"),
    ("GET", "/ServiceProviderConfig"),
    ("GET", "/ResourceTypes"),
    ("GET", "/ResourceTypes/User"),
    ("GET", "/Schemas"),
    ("GET", "/Schemas/urn:ietf:params:scim:schemas:core:2.0:User"),
    ("POST", "/Bulk"),
    ("POST", "/.search"),
    ("GET", "/Me"),
]


def test_every_address_is_in_the_list(door: Door) -> None:
    offered = {
        (method, rule.rule.removeprefix("/scim/v2/<source>"))
        for rule in door.app.url_map.iter_rules()
        if rule.rule.startswith("/scim")
        for method in rule.methods or ()
        if method not in ("HEAD", "OPTIONS")
    }
    listed = {(method, re.sub(r"/(x|User|urn:.*)$", r"/<>", path)) for method, path in CALLS}
    assert {(method, re.sub(r"<\w+>", "<>", path)) for method, path in offered} == listed


def _is_scim_error(answer: Any, status: int) -> None:
    assert answer.status_code == status
    assert answer.mimetype == "application/scim+json"
    assert answer.json["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert answer.json["status"] == str(status)
    assert answer.json["detail"]


@pytest.mark.parametrize(("method", "path"), CALLS)
def test_no_good_token(door: Door, method: str, path: str) -> None:
    good = door.tokens["pushed"]
    for header in (
        "",
        "Bearer",
        "Bearer ",
        f"Basic {good}",
        f"Bearer {good}x",
        f"Bearer {good.upper()}",
        "Bearer \xe9",
    ):
        answer = door.scim(method, path, {}, headers={"Authorization": header})
        _is_scim_error(answer, 401)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("other", ["silent", "zenit"])
def test_the_token_of_another_source(door: Door, method: str, path: str, other: str) -> None:
    _is_scim_error(door.scim(method, path, USER, bearer=other), 403)
    assert door.kept() == {}


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_a_token_that_reads_the_interface_pushes_nothing(door: Door, method: str, path: str, role: Role) -> None:
    secret = create_token(OPERATOR, door.installation, "acme", role, "reader").secret
    _is_scim_error(door.scim(method, path, USER, headers={"Authorization": f"Bearer {secret}"}), 403)


@pytest.mark.parametrize("rule", ["employees", "job-profiles", "competencies", "trainings", "agreement-sheets"])
def test_a_token_that_pushes_reads_nothing(door: Door, rule: str) -> None:
    headers = {"Authorization": f"Bearer {door.tokens['pushed']}"}
    assert door.client.get(f"/api/v1/{rule}", headers=headers).status_code == 403


def test_a_token_that_ended_or_was_revoked(door: Door) -> None:
    assert door.scim("GET", "/Users").status_code == 200
    (info,) = [info for info in list_tokens(OPERATOR, door.installation) if info.source == "pushed"]
    revoke_token(OPERATOR, door.installation, info.id)
    _is_scim_error(door.scim("GET", "/Users"), 401)
    door.clock.now += timedelta(days=91)
    answer = door.scim("GET", "/Users", bearer="zenit")
    _is_scim_error(answer, 401)
    assert "expired" in answer.json["detail"]


@pytest.mark.parametrize("source", ["files", "nowhere", "%00", "x" * 300])
def test_a_source_that_is_not_pushed(door: Door, source: str) -> None:
    bearer = source if source in door.tokens else "pushed"
    headers = {"Authorization": f"Bearer {door.tokens[bearer]}"}
    answer = door.client.get(f"/scim/v2/{source}/Users", headers=headers)
    _is_scim_error(answer, 404 if source == "files" else 403)


def test_an_employers_own_source_only(door: Door) -> None:
    """A token row that names another employer's source, by whatever slip, opens nothing."""
    for actor in (Actor(Role.SOURCE, 2, source="pushed"), Actor(Role.SOURCE, 1, source="zenit")):
        with pytest.raises(NotAllowedError):
            find_inbox(actor, door.installation, actor.source or "")


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.SOURCE, Role.TIMER)])
def test_no_person_pushes(door: Door, role: Role) -> None:
    with pytest.raises(NotAllowedError):
        find_inbox(Actor(role, 1), door.installation, "pushed")


def test_a_token_is_for_a_source_that_exists(door: Door) -> None:
    with pytest.raises(InputError, match="there is no source 'nowhere'"):
        create_source_token(OPERATOR, door.installation, "nowhere", "x")
    with pytest.raises(InputError):
        create_token(OPERATOR, door.installation, "acme", Role.SOURCE, "x")


@pytest.mark.parametrize("path", ["", "/", "/Users/", "/users", "/Users/x/y", "/..", "/Schemas/urn:x"])
def test_an_address_that_is_not_there(door: Door, path: str) -> None:
    _is_scim_error(door.scim("GET", path), 404)


@pytest.mark.parametrize("path", ["/Users", "/Groups/x", "/Schemas"])
def test_a_method_that_is_not_offered(door: Door, path: str) -> None:
    answer = door.scim("PROPFIND", path)
    _is_scim_error(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_what_is_not_offered_says_so(door: Door) -> None:
    for method, path in (("POST", "/Bulk"), ("POST", "/.search"), ("GET", "/Me")):
        _is_scim_error(door.scim(method, path, {}), 501)
    config = door.scim("GET", "/ServiceProviderConfig").json
    assert config["bulk"]["supported"] is False


def test_too_much_and_too_often(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    _is_scim_error(door.scim("POST", "/Users", {**USER, "title": "x" * 1024 * 1024}), 413)
    budget = door.app.extensions["pop_scim_budget"]
    now = budget._monotonic()
    monkeypatch.setattr(budget, "_monotonic", lambda: now)  # a slow machine would earn new turns while it asks
    while not budget.wait_seconds("pushed"):
        pass
    answer = door.scim("GET", "/Users")
    _is_scim_error(answer, 429)
    assert int(answer.headers["Retry-After"]) >= 1
    assert door.scim("GET", "/Users", bearer="pushed", headers={"Authorization": "x"}).status_code == 401
