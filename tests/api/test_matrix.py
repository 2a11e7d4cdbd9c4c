"""Every operation, every role, every employer: nobody reads what the table of rights does not give."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.domain.access import TIMER, Act, Role, may
from connector.services.tokens import TOKEN_ROLES, list_tokens, revoke_token
from tests.api.conftest import COLLECTIONS, OPERATOR, World
from tests.conftest import Clock

HR, ADMINISTRATOR, EMPLOYEE, SUPERVISOR, TRAINING = (
    Role.HR,
    Role.ADMINISTRATOR,
    Role.EMPLOYEE,
    Role.SUPERVISOR,
    Role.TRAINING,
)
EVERYBODY = set(TOKEN_ROLES) - {Role.WATCHER}
# Written out on purpose, not derived from the table of rights: a slip there must show here.
READERS: dict[str, set[Role]] = {
    "/api/v1/employees": {HR, ADMINISTRATOR},
    "/api/v1/employees/<number:id>": {HR, ADMINISTRATOR},
    "/api/v1/job-profiles": EVERYBODY,
    "/api/v1/job-profiles/<number:id>": EVERYBODY,
    "/api/v1/competencies": EVERYBODY,
    "/api/v1/competencies/<number:id>": EVERYBODY,
    "/api/v1/trainings": EVERYBODY,
    "/api/v1/trainings/<number:id>": EVERYBODY,
    "/api/v1/agreement-sheets": {HR},
    "/api/v1/agreement-sheets/<number:id>": {HR},
    "/api/v1/conversations": {HR},
    "/api/v1/conversations/<number:id>": {HR},
    "/api/v1/sync-runs": {HR, ADMINISTRATOR},
    "/api/v1/sync-runs/<number:id>": {HR, ADMINISTRATOR},
    "/api/v1/sync-runs/<number:id>/changes": {HR, ADMINISTRATOR},
    "/api/v1/quarantine": {HR, ADMINISTRATOR},
    "/api/v1/quarantine/<number:id>": {HR, ADMINISTRATOR},
}
# What does something, by POST, and what an administrator hears of it here: no run waits, and no source is configured.
DOERS = {
    "/api/v1/sync-runs": ({"source": "files", "dryRun": True}, 404),
    "/api/v1/sync-runs/<number:id>/allow": (None, 409),
    "/api/v1/sync-runs/<number:id>/reject": (None, 409),
}
OPEN = {"/health", "/api/v1/openapi.json"}
# What is pushed: a signature guards the first, a token for one source the others (tests/push/test_who_may_push.py).
WEBHOOKS = "/api/v1/webhooks/<source>"
SCIM = {
    f"/scim/v2/<source>{rest}"
    for rest in (
        *("/Users", "/Users/<key>", "/Users/.search", "/Groups", "/Groups/<key>", "/Groups/.search"),
        *("/ServiceProviderConfig", "/ResourceTypes", "/ResourceTypes/<name>", "/Schemas", "/Schemas/<urn>"),
        *("/Bulk", "/.search", "/Me"),
    )
}


def _rules(world: World) -> set[str]:
    rules = {rule.rule for rule in world.app.url_map.iter_rules()}
    return {rule for rule in rules if rule.startswith(("/api", "/scim")) or rule == "/health"}


def _path(rule: str, ids: dict[str, int]) -> str:
    collection = rule.split("/")[3]
    return rule.removeprefix("/api/v1").replace("<number:id>", str(ids[collection]))


def test_every_operation_has_a_row(world: World) -> None:
    assert _rules(world) == set(READERS) | set(DOERS) | OPEN | SCIM | {WEBHOOKS}


def test_nothing_but_reading_and_these_few_is_offered(world: World) -> None:
    for rule in world.app.url_map.iter_rules():
        if rule.rule == WEBHOOKS or (rule.rule in DOERS and "POST" in (rule.methods or ())):
            assert rule.methods == {"POST", "OPTIONS"}
        elif rule.rule.startswith("/api") or rule.rule == "/health":
            assert rule.methods == {"GET", "HEAD", "OPTIONS"}, rule


@pytest.mark.parametrize("rule", READERS)
@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_roles(world: World, rule: str, role: Role) -> None:
    allowed = role in READERS[rule]
    own = world.get(_path(rule, world.ids["acme"]), role)
    assert own.status_code == (200 if allowed else 403)
    foreign = world.get(_path(rule, world.ids["acme"]), role, employer="zenit")
    if "<" in rule:
        assert foreign.status_code == (404 if allowed else 403)
    else:
        assert foreign.status_code == (200 if allowed else 403)
        if allowed:
            shared = {item["id"] for item in foreign.json["items"]} & {item["id"] for item in own.json["items"]}
            assert not shared
            assert foreign.json["total"] == own.json["total"] > 0


@pytest.mark.parametrize("rule", DOERS)
@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_who_may_do(world: World, rule: str, role: Role) -> None:
    body, status = DOERS[rule]
    path = f"/api/v1{_path(rule, world.ids['acme'])}"
    for employer, expected in (("acme", status), ("zenit", 404)):
        headers = {"Authorization": f"Bearer {world.tokens[employer][role]}"}
        answer = world.client.post(path, headers=headers, json=body)
        assert answer.status_code == (expected if role is ADMINISTRATOR else 403)
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("rule", DOERS)
def test_nothing_is_done_without_a_good_token(world: World, rule: str) -> None:
    path = f"/api/v1{_path(rule, world.ids['acme'])}"
    for header in GARBAGE:
        answer = world.client.post(path, headers={"Authorization": header} if header else {}, json=DOERS[rule][0])
        assert answer.status_code == 401


GARBAGE = [
    "",
    "Bearer",
    "Bearer ",
    "Basic cG9wOnBvcA==",
    "Bearer pop_" + "A" * 43,
    "pop_x",
    "Bearer \xe9\xff",
    "Bearer " * 9,
]


@pytest.mark.parametrize("rule", READERS)
@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_without_a_good_token(world: World, rule: str, method: str) -> None:
    path = f"/api/v1{_path(rule, world.ids['acme'])}"
    good = world.tokens["acme"][HR]
    for header in (*GARBAGE, f"Bearer {good}x", f"Bearer {good[:-1]}", f"Bearer {good.upper()}", f"Basic {good}"):
        answer = world.client.open(path, method=method, headers={"Authorization": header} if header else {})
        assert answer.status_code == 401, header
        assert answer.headers["WWW-Authenticate"].startswith('Bearer realm="pop"')
        assert answer.mimetype == "application/problem+json"


@pytest.mark.parametrize("rule", READERS)
def test_an_expired_or_revoked_token(world: World, rule: str, clock: Clock) -> None:
    path = _path(rule, world.ids["acme"])
    for info in list_tokens(OPERATOR, world.installation):
        if info.role is Role.HR and info.employer == "acme":
            revoke_token(OPERATOR, world.installation, info.id)
    revoked = world.get(path, Role.HR)
    assert revoked.status_code == 401
    assert revoked.json["type"] == "urn:problem-type:belgif:invalidAccessToken"
    clock.now += timedelta(days=90)
    expired = world.get(path, Role.HR, employer="zenit")
    assert expired.status_code == 401
    assert expired.json["type"] == "urn:problem-type:belgif:expiredAccessToken"
    assert 'error="invalid_token"' in expired.headers["WWW-Authenticate"]


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("collection", COLLECTIONS)
def test_nothing_can_be_written(world: World, method: str, collection: str) -> None:
    headers = {"Authorization": f"Bearer {world.tokens['acme'][HR]}"}
    for path in (f"/api/v1/{collection}", f"/api/v1/{collection}/{world.ids['acme'][collection]}"):
        if method == "POST" and path == "/api/v1/sync-runs":
            continue
        answer = world.client.open(path, method=method, headers=headers, json={"name": "x"})
        assert answer.status_code == 405
        assert set(answer.headers["Allow"].split(", ")) - {"POST"} == {"GET", "HEAD", "OPTIONS"}
        assert answer.mimetype == "application/problem+json"


def test_a_session_cookie_opens_nothing(world: World) -> None:
    with world.client.session_transaction() as session:
        session.update({"account": 1, "role": "hr", "employer": 1})
    assert world.client.get("/api/v1/employees").status_code == 401


def test_a_token_owns_no_plan() -> None:
    """A token has no account, so no service that asks for the owner can be passed with it."""
    assert not may(TIMER, Act.OWN_PLAN)
    assert not may(OPERATOR, Act.READ_SHEETS)
