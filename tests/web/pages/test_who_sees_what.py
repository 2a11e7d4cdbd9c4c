"""Each page in each role: who may not see it, sees nothing of it; and a plan is on no page but its owner's."""

from __future__ import annotations

import pytest

from connector.domain.access import Role
from tests.web.pages.conftest import CANARY, Small, World

TICKING = (Role.EMPLOYEE, Role.SUPERVISOR, Role.HR)
READERS = [Role.HR, Role.SUPERVISOR, Role.TRAINING, Role.EMPLOYEE, Role.ADMINISTRATOR]
PAGES = {
    "/dossiers": Role.HR,
    "/dossiers?q=amina": Role.HR,
    "/dossiers/{amina}": Role.HR,
    "/team": Role.SUPERVISOR,
    "/team/{amina}": Role.SUPERVISOR,
    "/needs": Role.TRAINING,
    "/needs?unit={unit}": Role.TRAINING,
    "/my-plan": Role.EMPLOYEE,
    "/my-plan/goals/new": Role.EMPLOYEE,
    "/my-plan/share": Role.EMPLOYEE,
}
ACTS = {
    "/dossiers/{amina}/agreements/00000000-0000-0000-0000-000000000000/delivered": Role.HR,
    "/team/agreements/00000000-0000-0000-0000-000000000000/delivered": Role.SUPERVISOR,
    "/team/{amina}/sheet/{version}/confirm": Role.SUPERVISOR,
    "/my-plan/goals/new": Role.EMPLOYEE,
    "/my-plan/share": Role.EMPLOYEE,
    "/my-plan/sheet/{version}/confirm": Role.EMPLOYEE,
    "/my-plan/conversations/{conversation}/prepared": Role.EMPLOYEE,
    "/my-plan/agreements/00000000-0000-0000-0000-000000000000/done": Role.EMPLOYEE,
}


def _path(pattern: str, small: Small) -> str:
    return pattern.format(amina=small.amina, unit=small.unit, version=small.version, conversation=small.conversation)


@pytest.mark.parametrize("pattern", PAGES)
def test_a_page_is_for_one_role(world: World, small: Small, pattern: str) -> None:
    path = _path(pattern, small)
    for role in READERS:
        client = (
            world.client_of(small.supervisor if role is Role.SUPERVISOR else small.owner)
            if PAGES[pattern] is role and role in (Role.SUPERVISOR, Role.EMPLOYEE)
            else world.client(role)
        )
        client.get(path, status=200 if role is PAGES[pattern] else 403)


@pytest.mark.parametrize("pattern", ACTS)
def test_an_act_is_for_one_role(world: World, small: Small, pattern: str) -> None:
    """Who may tick agreements at all finds no such agreement; everybody else may not even try."""
    for role in READERS:
        if role is not ACTS[pattern]:
            may_tick = pattern.endswith(("/delivered", "/done")) and role in TICKING
            status = 404 if may_tick else 403
            world.client(role).post(_path(pattern, small), {"what": "iets"}, status=status)


@pytest.mark.parametrize("pattern", PAGES)
def test_nobody_sees_a_page_without_signing_in(world: World, small: Small, pattern: str) -> None:
    response = world.new_client().get(_path(pattern, small), status=302)
    assert response.location.endswith("/sign-in")


@pytest.mark.parametrize(("role", "path"), [(Role.HR, "/dossiers/{amina}"), (Role.SUPERVISOR, "/team/{amina}")])
def test_a_person_of_another_employer_is_not_there(world: World, small: Small, role: Role, path: str) -> None:
    boss = world.create_person("Wim Baas", employer_id=2)
    client = world.client(role, boss, employer_id=2)
    client.get(_path(path, small), status=404)


def test_a_unit_of_another_employer_is_not_there(world: World, small: Small) -> None:
    world.client(Role.TRAINING, employer_id=2).get(f"/needs?unit={small.unit}", status=404)
    world.client(Role.HR, employer_id=2).get(f"/dossiers?unit={small.unit}", status=404)


def test_hr_of_another_employer_finds_nobody_by_name(world: World, small: Small) -> None:
    page = world.client(Role.HR, employer_id=2).get("/dossiers?q=amina").text
    assert "El Amrani" not in page


def test_a_supervisor_sees_the_own_reports_of_today_only(world: World, small: Small) -> None:
    other = world.create_person("Piet Ander")
    client = world.client(Role.SUPERVISOR, other)
    assert "Amina" not in client.get("/team").text
    client.get(f"/team/{small.amina}", status=404)
    own = world.client_of(small.supervisor)
    own.get(f"/team/{small.katrien}", status=404)
    assert "Amina" in own.get("/team").text


def test_a_supervisor_without_an_hr_record_sees_no_team_at_all(world: World, small: Small) -> None:
    client = world.client(Role.SUPERVISOR)
    page = client.get("/team").text
    assert "hoort nog niet bij een persoon" in page
    assert "Amina" not in page
    client.get(f"/team/{small.amina}", status=403)


def test_the_plan_is_on_its_owners_page_only(world: World, small: Small) -> None:
    owner = world.client_of(small.owner)
    assert CANARY in owner.get("/my-plan").text
    assert CANARY in owner.get("/my-plan/share").text
    colleague = world.actor(Role.EMPLOYEE, world.create_person("Dirk Janssens", supervisor_id=small.katrien))
    others = {
        Role.HR: world.client(Role.HR),
        Role.SUPERVISOR: world.client_of(small.supervisor),
        Role.TRAINING: world.client(Role.TRAINING),
        Role.EMPLOYEE: world.client_of(colleague),
    }
    for pattern, role in PAGES.items():
        if pattern != "/my-plan/share":  # the colleague has no plan to share from
            assert CANARY not in others[role].get(_path(pattern, small)).text, pattern


def test_an_account_that_is_both_hr_and_owner_sees_no_plan_as_hr(world: World, small: Small) -> None:
    assert CANARY not in world.client(Role.HR).get(f"/dossiers/{small.amina}").text


@pytest.mark.parametrize(
    ("role", "path"),
    [
        (Role.HR, "/dossiers/99999999999999999999999"),
        (Role.HR, "/dossiers/-1"),
        (Role.HR, "/dossiers/0"),
        (Role.HR, "/dossiers?unit=99999999999999999999999"),
        (Role.HR, "/dossiers?unit=abc"),
        (Role.HR, "/dossiers?unit=" + "9" * 5000),
        (Role.HR, "/dossiers?unit=1 OR 1=1"),
        (Role.TRAINING, "/needs?unit=²"),
        (Role.SUPERVISOR, "/team/9223372036854775807"),
    ],
)
def test_a_number_that_is_nothing_is_not_there(world: World, role: Role, path: str) -> None:
    world.client(role, world.create_person()).get(path, status=404)
