"""What holds for every route and every answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from werkzeug.routing import Rule

from connector.domain.access import Role
from connector.web.navigation import PAGES
from connector.web.security import HEADERS
from connector.web.session import GUARDED_BY_THEMSELVES, PUBLIC

SAMPLES = {"int": "1", "uuid": "00000000-0000-4000-8000-000000000000", "default": "x", "path": "x"}


def _address(client: Any, rule: Rule) -> str:
    """A rule with something in each of its holes."""
    values = {
        name: SAMPLES[
            {"IntegerConverter": "int", "RowNumber": "int", "UUIDConverter": "uuid"}.get(
                type(converter).__name__, "default"
            )
        ]
        for name, converter in rule._converters.items()
    }
    with client.app.test_request_context():
        return str(client.app.url_map.bind("").build(rule.endpoint, values, method=next(iter(rule.methods or ()))))


def _rules(client: Any, *methods: str) -> Iterator[tuple[str, Rule]]:
    for rule in client.app.url_map.iter_rules():
        for method in methods:
            if method in (rule.methods or ()):
                yield method, rule


def test_every_page_needs_a_sign_in_or_is_on_the_public_list(create_client: Callable[..., Any]) -> None:
    client = create_client(demo=True)
    seen = 0
    for method, rule in _rules(client, "GET", "POST", "PUT", "PATCH", "DELETE"):
        if rule.endpoint in PUBLIC or rule.rule.startswith(GUARDED_BY_THEMSELVES):
            continue
        token = {"csrf_token": client.token()} if method == "POST" else {}
        response = client.browser.open(_address(client, rule), method=method, data=token)
        assert (response.status_code, response.location) == (302, "/sign-in"), (
            f"{method} {rule.rule} is open to anybody"
        )
        seen += 1
    assert seen > 3


def test_only_signing_in_and_the_language_are_public(create_client: Callable[..., Any]) -> None:
    signing_in = {"sign_in.page", "sign_in.start", "sign_in.answer", "sign_in.leave", "demo_sign_in.enter"}
    assert signing_in | {"language.choose", "static"} == PUBLIC
    assert set(create_client(demo=True).app.view_functions) >= PUBLIC


def test_every_route_that_changes_something_wants_the_token(client_as: Callable[..., Any]) -> None:
    client = client_as(Role.HR, Role.SUPERVISOR, Role.EMPLOYEE, Role.TRAINING)
    seen = 0
    for method, rule in _rules(client, "POST", "PUT", "PATCH", "DELETE"):
        for token in ({}, {"csrf_token": "made up"}):
            response = client.browser.open(_address(client, rule), method=method, data=token)
            # A session opens nothing there: only a token or a signature does.
            refused = (401, 404) if rule.rule.startswith(GUARDED_BY_THEMSELVES) else (400,)
            assert response.status_code in refused, f"{method} {rule.rule} works without the token of the session"
            seen += 1
    assert seen >= 6


def test_the_token_of_another_session_does_not_work(create_client: Callable[..., Any]) -> None:
    token = create_client().token()
    create_client().post("/language", {"language": "fr", "csrf_token": token}, csrf=False, status=400)


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere", "/static/pop.css", "/go/hr/1", "/sign-out"])
def test_every_answer_has_the_headers(path: str, create_client: Callable[..., Any]) -> None:
    response = create_client().browser.get(path)
    response.close()
    for name, value in HEADERS.items():
        assert response.headers[name] == value
    assert "unsafe" not in response.headers["Content-Security-Policy"]
    assert "Server" not in response.headers or "Werkzeug" not in response.headers["Server"]


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nowhere"])
def test_no_page_stays_in_a_cache(path: str, create_client: Callable[..., Any]) -> None:
    assert create_client().browser.get(path).headers["Cache-Control"] == "no-store"


def test_a_vendor_file_may_stay_for_a_year(create_client: Callable[..., Any]) -> None:
    response = create_client().browser.get("/static/vendor/htmx.org-4.0.1/dist/htmx.min.js")
    response.close()
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]


def test_over_https_the_cookie_stays_with_this_host(create_client: Any, create_installation: Any) -> None:
    client = create_client(installation=create_installation(base_url="https://pop.example"))
    response = client.get("/sign-in", base_url="https://pop.example")
    cookie = response.headers["Set-Cookie"]
    assert cookie.startswith("__Host-pop=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert response.headers["Strict-Transport-Security"].startswith("max-age=31536000")


def test_over_http_the_cookie_is_still_out_of_reach_of_scripts(create_client: Callable[..., Any]) -> None:
    response = create_client().get("/sign-in")
    assert {"HttpOnly", "SameSite=Lax"} <= set(response.headers["Set-Cookie"].split("; "))
    assert "Strict-Transport-Security" not in response.headers


def test_outside_the_demo_its_routes_do_not_exist(create_client: Callable[..., Any]) -> None:
    client = create_client()
    assert not [rule for rule in client.app.url_map.iter_rules() if "demo" in rule.rule]
    client.post("/sign-in/demo", {"role": "hr"}, status=404)
    assert "demo" not in client.get("/sign-in").text


def test_in_the_demo_every_page_says_so(create_client: Callable[..., Any]) -> None:
    client = create_client(demo=True)
    for path, status in (("/sign-in", 200), ("/nowhere", 404)):
        assert "Dit is een demo" in client.get(path, status=status).text


@pytest.mark.parametrize("role", ["hr", "", "timer", "' or 1=1", "x" * 10_000])
def test_a_demo_role_without_an_account_signs_nobody_in(role: str, create_client: Callable[..., Any]) -> None:
    create_client(demo=True).post("/sign-in/demo", {"role": role}, status=404)


def test_every_link_in_the_navigation_leads_somewhere(create_client: Callable[..., Any]) -> None:
    known = create_client().app.view_functions
    assert [name for pages in PAGES.values() for _, name in pages if name not in known] == []


@pytest.mark.parametrize("role", [Role.HR, Role.SUPERVISOR, Role.TRAINING, Role.EMPLOYEE, Role.ADMINISTRATOR])
def test_each_role_starts_on_its_own_page(role: Role, client_as: Callable[..., Any]) -> None:
    client = client_as(role)
    first = client.get("/", status=302).location
    assert 'aria-current="page"' in client.get(first).text
