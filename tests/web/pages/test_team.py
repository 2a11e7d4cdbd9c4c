"""The supervisor's team."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from connector.domain.access import Role
from connector.domain.sheet import AgreementKind, Party
from connector.services.budgets import set_budget
from connector.services.sharing import confirm_sheet
from connector.services.team import read_member, read_team
from tests.web.pages.conftest import Small, World, promise


def test_the_overview_says_what_asks_attention(world: World, small: Small) -> None:
    page = world.client_of(small.supervisor).get("/team").text
    for words in (
        "2 dingen vragen je aandacht",
        "Je beloofde",
        "Dat moest klaar zijn op maandag 16 november.",
        "Bereid je gesprek met",
        "do 26 nov",
        "Tablet voor huisbezoeken",
        "€ 780",
        "Voorbereiding open",
        "Te laat",
    ):
        assert words in page, words


def test_a_ticked_promise_asks_nothing_any_more(world: World, small: Small) -> None:
    client = world.client_of(small.supervisor)
    uid = read_team(small.supervisor, world.installation).promises[0].agreement.uid
    client.post(f"/team/agreements/{uid}/delivered")
    team = read_team(small.supervisor, world.installation)
    assert team.promises == ()
    assert team.lines[0].agreements[0].delivered_on == date(2026, 11, 23)
    assert "Genoteerd: dit is geleverd." in client.get("/team").text


def test_a_supervisor_cannot_tick_what_another_owes_or_another_team_has(world: World, small: Small) -> None:
    own = promise("Eigen deel", owed_by=Party.EMPLOYEE, owed_to=Party.SUPERVISOR)
    world.share(small.owner, [small.goal], own)
    uid = read_team(small.supervisor, world.installation).promises[0].agreement.uid
    world.client_of(small.supervisor).post(f"/team/agreements/{uid}/delivered", status=403)
    stranger = world.client(Role.SUPERVISOR, world.create_person("Vreemde Baas"))
    stranger.post(f"/team/agreements/{uid}/delivered", status=403)
    other_employer = world.client(Role.SUPERVISOR, world.create_person("Verre Baas", employer_id=2), employer_id=2)
    other_employer.post(f"/team/agreements/{uid}/delivered", status=404)


def test_a_tick_without_the_token_of_the_session_is_refused(world: World, small: Small) -> None:
    uid = read_team(small.supervisor, world.installation).promises[0].agreement.uid
    world.client_of(small.supervisor).post(f"/team/agreements/{uid}/delivered", csrf=False, status=400)
    assert read_team(small.supervisor, world.installation).promises


def test_an_unknown_cost_is_unknown_not_nothing(world: World, small: Small) -> None:
    unknown = promise("Opleiding", kind=AgreementKind.COST, amount=None)
    world.share(small.owner, [small.goal], unknown, by=small.supervisor)
    page = world.client_of(small.supervisor).get("/team").text
    assert "onbekend" in page
    assert "1 kost is nog niet bekend" in page
    assert "kosten niet bekend" in world.client_of(small.supervisor).get(f"/team/{small.amina}").text


def test_known_and_unknown_costs_are_told_apart(world: World, small: Small) -> None:
    world.share(small.owner, [small.goal], promise("Eén"), promise("Twee", kind=AgreementKind.COST, amount=None))
    assert "€ 780 en 1 onbekend" in world.client_of(small.supervisor).get("/team").text


@pytest.mark.parametrize(("amount", "words"), [(1000, False), (779, True)])
def test_a_budget_that_is_too_small_says_so(world: World, small: Small, amount: int, words: bool) -> None:
    set_budget(world.actor(Role.HR), world.installation, small.unit, 2026, Decimal(amount))
    page = world.client_of(small.supervisor).get("/team").text
    assert ("(te veel)" in page) is words
    assert f"€ 0 besteed + € 780 beloofd van € {amount:,}".replace(",", ".") in page


def test_without_a_budget_the_page_says_that_it_is_not_known(world: World, small: Small) -> None:
    assert "€ 780 beloofd, budget niet bekend" in world.client_of(small.supervisor).get("/team").text


def test_a_conversation_that_is_late_comes_first(world: World, small: Small) -> None:
    late = world.create_person("Chloé Dujardin", supervisor_id=small.katrien)
    world.create_conversation(late, window_from=date(2026, 9, 1), window_to=date(2026, 10, 1))
    team = read_team(small.supervisor, world.installation)
    assert team.attention[0].code == "conversation_late"
    assert team.attention[0].card.person_id == late
    assert {line.card.person_id: line.status for line in team.lines}[late] == "late"


def test_the_number_of_conversations_in_four_weeks_counts_planned_ones(world: World, small: Small) -> None:
    world.create_conversation(small.amina, at=datetime(2026, 12, 20, 9, tzinfo=UTC), kind="follow_up")
    world.create_conversation(small.amina, at=datetime(2026, 12, 22, 9, tzinfo=UTC), kind="follow_up")
    assert read_team(small.supervisor, world.installation).soon == 2


def test_a_sheet_waits_for_the_supervisor_until_it_is_confirmed(world: World, small: Small) -> None:
    version = world.share(small.owner, [small.goal], promise(due_on=None))
    client = world.client_of(small.supervisor)
    assert "Wacht op jou" in client.get("/team").text
    assert "Ik ga akkoord met dit blad" in client.get(f"/team/{small.amina}").text
    client.post(f"/team/{small.amina}/sheet/{version}/confirm")
    sheet = read_member(small.supervisor, world.installation, small.amina).line.sheet
    assert sheet is not None
    assert sheet.confirmed_by_supervisor_at == world.installation.clock()


def test_the_page_of_a_member_shows_gap_and_cycle(world: World, small: Small) -> None:
    world.create_conversation(small.amina, at=datetime(2026, 2, 2, 9, tzinfo=UTC), state="held")
    page = world.client_of(small.supervisor).get(f"/team/{small.amina}").text
    for words in (
        "POP-cyclus van Amina",
        "ma 2 feb · klaar",
        "do 26 nov · gepland",
        "nu basis, <strong>nodig zelfstandig",
    ):
        assert words in page, words


def test_an_empty_team_says_so(world: World) -> None:
    page = world.client(Role.SUPERVISOR, world.create_person("Alleen")).get("/team").text
    assert "Vandaag werkt er niemand in jouw team" in page


def test_who_left_is_no_longer_in_the_team(world: World, small: Small) -> None:
    world.create_person("Weg Gegaan", supervisor_id=small.katrien, status="left")
    assert "Weg Gegaan" not in world.client_of(small.supervisor).get("/team").text


def test_a_member_of_yesterday_is_no_member_today(world: World, small: Small) -> None:
    from connector.store.facts import FactWriter
    from connector.store.hr import Assignment

    with world.installation.store.begin() as session:
        facts = FactWriter(session, at=world.installation.clock())
        facts.believe(Assignment, {"person_id": small.amina}, {"supervisor_id": None}, date(2026, 11, 23))
    client = world.client_of(small.supervisor)
    assert "Amina" not in client.get("/team").text
    client.get(f"/team/{small.amina}", status=404)


def test_a_total_that_falls_by_a_new_sheet_says_why_at_the_number(world: World, small: Small) -> None:
    client = world.client_of(small.supervisor)
    before = _total(client.get("/team").text)
    assert "€ 780" in before
    assert "akkoord" not in before
    version = world.share(small.owner, [small.goal], promise())
    page = client.get("/team").text
    assert "€ 0" in _total(page)
    assert "€ 780 wacht op akkoord" in _total(page)
    assert "Een nieuw afsprakenblad telt pas mee als jullie allebei akkoord zijn." in page
    confirm_sheet(small.owner, world.installation, version)
    confirm_sheet(small.supervisor, world.installation, version)
    after = client.get("/team").text
    assert _total(after) == before
    assert "telt pas mee" not in after


def _total(page: str) -> str:
    """The tile of the budget: its label and its figure."""
    (tile,) = re.findall(r'<div class="pop-kpi">(?:(?!</div>).)*#budget.*?</div>', page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", tile)


def _promises(page: str) -> tuple[str, str]:
    """What is shown of the promises at once, and what is folded away."""
    part = page.partition('id="promises"')[2].partition('id="budget"')[0]
    shown, _, folded = part.partition("<details")
    return shown, folded


LATER = {"due_on": date(2027, 6, 1), "amount": None}


def test_promises_that_are_late_or_due_come_first_and_the_others_are_folded(world: World, small: Small) -> None:
    later = [promise(f"Later {number}", **LATER) for number in range(3)]
    undated = promise("Ooit eens", due_on=None, amount=None)
    due = promise("Deze week", due_on=date(2026, 11, 27), amount=None)
    world.share(small.owner, [small.goal], *later, undated, promise("Te laat al"), due)
    shown, folded = _promises(world.client_of(small.supervisor).get("/team").text)
    assert "Te laat al" in shown
    assert "Deze week" in shown
    assert "Toon nog 4 beloftes" in folded
    for text in ("Later 0", "Later 1", "Later 2", "Ooit eens"):
        assert text in folded
        assert text not in shown


def test_a_few_promises_for_later_are_not_folded(world: World, small: Small) -> None:
    world.share(small.owner, [small.goal], promise("Te laat al"), promise("Later", **LATER))
    shown, folded = _promises(world.client_of(small.supervisor).get("/team").text)
    assert "Later" in shown
    assert folded == ""


def test_when_no_promise_presses_it_is_said_above_the_folded_ones(world: World, small: Small) -> None:
    world.share(small.owner, [small.goal], *(promise(f"Later {number}", **LATER) for number in range(4)))
    shown, folded = _promises(world.client_of(small.supervisor).get("/team").text)
    assert "Er is niets te laat en niets moet binnen twee weken klaar zijn." in shown
    assert "Later 3" in folded
