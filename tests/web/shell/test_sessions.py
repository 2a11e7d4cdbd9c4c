"""Being signed in: starts anew, ends everywhere, gives what the memberships of today give."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from connector.domain.access import TIMER, Actor, Role
from connector.errors import NotAllowedError
from connector.services.accounts import add_membership, create_account
from connector.services.installation import Installation
from connector.services.sessions import END_SESSION, close_session, find_visitor, open_known_session
from connector.store.accounts import AuditEvent, Membership
from connector.store.work import DueWork
from connector.web.session import GUARDED_BY_THEMSELVES, PUBLIC


@pytest.fixture
def demo_hr(installation: Installation) -> None:
    """The demo's account for HR."""
    administrator = Actor(Role.ADMINISTRATOR, None)
    account = create_account(administrator, installation, "demo", "role:hr", "Hilde")
    add_membership(administrator, installation, account, 1, Role.HR)


def test_signing_in_keeps_nothing_of_the_session_before(create_client: Callable[..., Any], demo_hr: None) -> None:
    client = create_client(demo=True)
    client.get("/dossiers?page=2", status=302)
    client.get("/sign-in")
    before_token, before = client.token(), client.cookie()
    assert client.post("/sign-in/demo", {"role": "hr"}).location == "/dossiers?page=2"
    assert client.cookie() != before
    assert client.token() != before_token
    client.post("/role", {"csrf_token": before_token, "membership": "1:hr"}, csrf=False, status=400)


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(client_as: Callable[..., Any]) -> None:
    client = client_as(Role.ADMINISTRATOR)
    client.follow("/")
    stolen = client.cookie()
    client.post("/sign-out")
    client.browser.set_cookie(client.app.config["SESSION_COOKIE_NAME"], stolen)
    assert client.get("/", status=302).location == "/sign-in"


def test_a_session_ends_after_a_working_day(client_as: Callable[..., Any], clock: Any) -> None:
    client = client_as(Role.ADMINISTRATOR)
    clock.now += timedelta(hours=9, minutes=59)
    client.follow("/")
    clock.now += timedelta(minutes=1)
    client.get("/", status=302)


def test_the_end_of_a_session_is_due_work_that_holds_no_key(
    create_visitor: Callable[..., Any], installation: Installation
) -> None:
    account, key = create_visitor(Role.HR)
    with installation.store.begin() as session:
        row = session.scalars(select(DueWork)).one()
        assert row.kind == END_SESSION
        assert row.payload == {"account_id": account}
        assert key not in repr((row.key, row.payload))
        row.state = "done"
    assert find_visitor(TIMER, installation, key) is None
    with installation.store.read() as session:
        acts = session.scalars(select(AuditEvent.act).where(AuditEvent.object == f"account:{account}")).all()
    assert "sign_in" in acts


@pytest.mark.parametrize("key", ["", "guess", "x" * 100_000, "'; drop table due_work; --", "\x00"])
def test_a_guessed_key_is_nobody(key: str, installation: Installation) -> None:
    assert find_visitor(TIMER, installation, key) is None
    close_session(TIMER, installation, key)


def test_only_the_product_itself_handles_sessions(installation: Installation) -> None:
    for role in (role for role in Role if role is not Role.TIMER):
        with pytest.raises(NotAllowedError):
            open_known_session(Actor(role, 1, 1), installation, "demo", "role:hr")


def test_a_membership_that_ended_opens_nothing(client_as: Callable[..., Any], installation: Installation) -> None:
    client = client_as(Role.ADMINISTRATOR)
    client.follow("/")
    with installation.store.begin() as session:
        session.execute(update(Membership).values(valid_to=date(2026, 11, 23)))  # ended this morning
    page = client.get("/", status=403)
    assert "Je hebt nog geen toegang" in page.text
    assert "Amina El Amrani" in page.text
    assert "/dossiers" not in page.text


def test_a_membership_starts_on_the_employers_day(
    client_as: Callable[..., Any], installation: Installation, clock: Any
) -> None:
    clock.now = clock.now.replace(hour=22, minute=59)  # 23.59 in Brussels
    client = client_as(Role.ADMINISTRATOR)
    with installation.store.begin() as session:
        session.execute(update(Membership).values(valid_from=date(2026, 11, 24)))
    client.get("/", status=403)
    clock.now += timedelta(minutes=2)
    client.follow("/")


def test_without_a_role_no_page_opens(client_as: Callable[..., Any]) -> None:
    client = client_as()
    rules = [rule for rule in client.app.url_map.iter_rules() if "GET" in (rule.methods or ()) and not rule.arguments]
    pages = [
        rule.rule for rule in rules if rule.endpoint not in PUBLIC and not rule.rule.startswith(GUARDED_BY_THEMSELVES)
    ]
    assert "/" in pages
    for path in [*pages, "/go/hr/1"]:
        assert "accountnummer" in client.get(path, status=403).text


def test_an_account_with_two_roles_can_change_role(client_as: Callable[..., Any], installation: Installation) -> None:
    client = client_as(Role.ADMINISTRATOR, Role.EMPLOYEE)
    assert 'value="1:administrator" selected' in client.follow("/").text
    assert client.post("/role", {"membership": "1:employee"}).location == "/"
    with client.browser.session_transaction() as kept:
        visitor = find_visitor(TIMER, installation, kept["key"], kept["membership"])
    assert visitor is not None
    assert visitor.actor is not None
    assert visitor.actor.role is Role.EMPLOYEE


@pytest.mark.parametrize("wanted", ["1:hr", "2:administrator", "", "administrator", "1:timer", "x" * 5000])
def test_a_role_that_one_has_not_cannot_be_chosen(wanted: str, client_as: Callable[..., Any]) -> None:
    client = client_as(Role.ADMINISTRATOR, Role.EMPLOYEE)
    client.post("/role", {"membership": wanted}, status=400)


def test_a_cookie_that_was_tampered_with_is_no_session(client_as: Callable[..., Any]) -> None:
    client = client_as(Role.ADMINISTRATOR)
    name = client.app.config["SESSION_COOKIE_NAME"]
    payload, _, signature = client.cookie().partition(".")
    for broken in (payload, payload + "." + signature[:-3] + "AAA", "." + signature, "x" * 4000):
        client.browser.set_cookie(name, broken)
        assert client.get("/", status=302).location == "/sign-in"


HOSTILE = [
    "//evil.example",
    "/\\evil.example",
    "https://evil.example",
    "javascript:alert(1)",
    "/\tx",
    "evil",
    "/x\r\nX: 1",
]


@pytest.mark.parametrize("back", HOSTILE)
def test_the_way_back_never_leaves_this_site(back: str, create_client: Callable[..., Any]) -> None:
    client = create_client()
    assert client.post("/language", {"language": "fr", "back": back}).location == "/"


@pytest.mark.parametrize("wanted", HOSTILE)
def test_signing_in_never_leads_to_another_site(wanted: str, create_client: Any, demo_hr: None) -> None:
    client = create_client(demo=True)
    with client.browser.session_transaction() as kept:
        kept["wanted"] = wanted
    assert client.post("/sign-in/demo", {"role": "hr"}).location == "/"


@pytest.mark.parametrize("path", ["/team", "/team/7", "/needs?unit=1", "/my-plan/share"])
def test_a_page_of_another_role_is_not_where_one_ends_up(path: str, create_client: Any, demo_hr: None) -> None:
    client = create_client(demo=True)
    client.get(path, status=302)
    assert client.post("/sign-in/demo", {"role": "hr"}).location == "/"
    assert client.get("/", status=302).location == "/dossiers"


@pytest.mark.parametrize("path", ["/dossiers/7", "/go/hr/1", "/nowhere"])
def test_a_page_of_ones_own_role_or_of_every_role_is(path: str, create_client: Any, demo_hr: None) -> None:
    client = create_client(demo=True)
    with client.browser.session_transaction() as kept:
        kept["wanted"] = path
    assert client.post("/sign-in/demo", {"role": "hr"}).location == path


def test_who_has_two_roles_comes_in_the_role_that_has_the_page(
    create_client: Any, demo_hr: None, installation: Installation
) -> None:
    client = create_client(demo=True)
    key = open_known_session(TIMER, installation, "demo", "role:hr")
    found = find_visitor(TIMER, installation, key)
    assert found is not None
    add_membership(Actor(Role.ADMINISTRATOR, None), installation, found.account_id, 1, Role.TRAINING)
    for path in ("/needs", "/dossiers"):
        client.get(path, status=302)
        assert client.post("/sign-in/demo", {"role": "hr"}).location == path
        client.get(path)
        client.post("/sign-out")


@pytest.mark.parametrize("path", ["//evil.example/x", "/go//evil.example", "/\\evil.example", "/go/hr/%2F%2Fevil"])
def test_a_page_that_was_asked_for_in_vain_leads_back_to_this_site(
    path: str, create_client: Any, demo_hr: None
) -> None:
    client = create_client(demo=True)
    client.browser.get(path)
    location = client.post("/sign-in/demo", {"role": "hr"}).location
    assert location.startswith("/")
    assert not location.startswith(("//", "/\\"))
