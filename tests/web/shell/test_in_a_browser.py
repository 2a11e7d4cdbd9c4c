"""The shell in a real browser: readable for everybody, nothing blocked by the policy, no scrolling sideways."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask import render_template
from jinja2 import ChoiceLoader, DictLoader

from connector.domain.access import Actor, Role
from connector.services.accounts import add_membership, create_account
from connector.services.installation import Installation
from connector.web.session import PUBLIC

WIDTHS = (1280, 390)


@pytest.fixture
def address(create_client: Any, served: Callable[..., str], installation: Installation) -> str:
    administrator = Actor(Role.ADMINISTRATOR, None)
    for role in (Role.ADMINISTRATOR, Role.HR):
        account = create_account(administrator, installation, "demo", f"role:{role.value}", "Hilde Claes")
        add_membership(administrator, installation, account, 1, role)
    add_membership(administrator, installation, account, 1, Role.ADMINISTRATOR)
    return served(create_client(demo=True).app)


@pytest.fixture
def open_page(browser: Any) -> Any:
    """A factory: a page of this width, and what its console complained about."""
    contexts = []

    def open_one(width: int, **parts: Any) -> tuple[Any, list[str]]:
        context = browser.new_context(viewport={"width": width, "height": 800}, locale="nl-BE", **parts)
        contexts.append(context)
        page = context.new_page()
        complaints: list[str] = []
        page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        return page, complaints

    yield open_one
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_signing_in_and_an_error_page(width: int, address: str, open_page: Any, check_in_browser: Any) -> None:
    page, complaints = open_page(width)
    page.goto(f"{address}/sign-in")
    check_in_browser(page)
    assert page.evaluate("document.fonts.check('16px \"Inter Variable\"')")
    assert page.evaluate("getComputedStyle(document.querySelector('.ds-button')).borderRadius") != "0px"
    page.get_by_role("button", name="IT-beheerder").click()
    page.wait_for_url(f"{address}/connections")
    assert page.get_by_role("heading", level=1).inner_text() == "Koppelingen"
    check_in_browser(page)
    assert complaints == []
    page.goto(f"{address}/nowhere")
    check_in_browser(page)
    page.get_by_role("button", name="Français").click()
    page.wait_for_url(f"{address}/nowhere")
    assert page.evaluate("document.documentElement.lang") == "fr"
    page.get_by_role("button", name="Déconnectez-vous").click()
    page.wait_for_url(f"{address}/sign-in")
    assert page.get_by_role("heading", level=1).inner_text() == "Connectez-vous"


@pytest.mark.parametrize("width", WIDTHS)
def test_without_javascript_and_by_keyboard(width: int, address: str, open_page: Any) -> None:
    page, _ = open_page(width, java_script_enabled=False)
    page.goto(f"{address}/sign-in")
    page.keyboard.press("Tab")
    assert page.locator(":focus").inner_text() == "Naar de inhoud"
    page.get_by_role("button", name="IT-beheerder").focus()
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}/connections")
    assert page.get_by_role("heading", level=1).inner_text() == "Koppelingen"


PARTS = """
{% extends "base.html" %}
{% block title %}Parts{% endblock %}
{% block main %}
<h1>Team Onthaal</h1>
{{ ui.alert("Het gesprek met Chloé is te laat.", "warning", strong="1 ding vraagt je aandacht.") }}
{% call ui.kpis() %}
{{ ui.kpi(6, "medewerkers") }}{{ ui.kpi("€ 6.420", "van € 8.200 besteed of beloofd", href="/") }}
{% endcall %}
{% call ui.table("Gesprekken", ["Naam", "Functie", ("Kosten", "number"), "Status"]) %}
{% for state in ["planned", "attention", "late", "done", "neutral"] %}
{% call ui.row() %}
{{ ui.row_heading("Amina El Amrani", href="/") }}{{ ui.cell("Functie", "Maatschappelijk werker") }}
{{ ui.cell("Kosten", "€ 780", kind="number") }}
{% call ui.cell("Status") %}{{ ui.tag(state | title, state) }}{% endcall %}
{% endcall %}
{% endfor %}
{% endcall %}
<p class="pop-actions">
{{ ui.link_button("Plan", "/", icon_name="calendar") }}{{ ui.link_button("Excel", "/", "secondary") }}
</p>
{% call ui.columns() %}
{% call ui.card("Wat kan Amina?", mark=true) %}
{{ ui.gap_bars("Competenties", [
  {"name": "Samenwerken", "now": 75, "needed": 100, "words": "nu zelfstandig", "emphasis": "nodig expert"},
  {"name": "Digitaal werken", "now": none, "needed": 75, "words": "nog niet besproken"},
  {"name": "Nul", "now": 0, "needed": 0, "words": "niets"},
]) }}
{% endcall %}
{% call ui.card("Budget 2026") %}
{{ ui.money_bars("Budget", [
  {"name": "Coaching", "spent": 400, "promised": 1200, "budget": 1500, "words": "€ 400 besteed", "warning": "te veel"},
  {"name": "Onbekend", "spent": 0, "promised": 0, "budget": none, "words": "budget niet bekend"},
]) }}
{% endcall %}
{% endcall %}
{% call ui.card("Cyclus") %}{{ ui.timeline([
  {"name": "Uitnodiging", "when": "2 nov", "state": "done"}, {"name": "Gesprek", "when": "26 nov", "state": "now"},
  {"name": "Evaluatie", "when": "nov 2027", "state": "later"}]) }}{% endcall %}
<form method="post" action="/language">
{{ ui.csrf() }}
{{ ui.text_field("what", "Wat wil je leren?", hint="In je eigen woorden.", errors=["Dit is te lang."], rows=3) }}
{{ ui.choice_field("level", "Niveau", [("25", "basis"), ("50", "gevorderd")], chosen="50") }}
{{ ui.submit("Bewaar") }}
</form>
{% endblock %}
"""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_part_that_pages_are_made_of(
    width: int,
    scheme: str,
    create_client: Any,
    served: Any,
    open_page: Any,
    check_in_browser: Any,
    monkeypatch: pytest.MonkeyPatch,
    check_page: Callable[[str], None],
) -> None:
    monkeypatch.setattr("connector.web.session.PUBLIC", PUBLIC | {"parts"})
    app = create_client().app
    app.jinja_env.loader = ChoiceLoader([app.jinja_env.loader, DictLoader({"parts.html": PARTS.lstrip()})])
    app.add_url_rule("/parts", "parts", lambda: render_template("parts.html"))
    check_page(app.test_client().get("/parts").text)
    page, complaints = open_page(width, color_scheme=scheme)
    page.goto(served(app) + "/parts")
    check_in_browser(page)
    assert complaints == []
