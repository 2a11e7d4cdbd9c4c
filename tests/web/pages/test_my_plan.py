"""The employee's own page."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from connector.domain.access import Role
from connector.domain.sheet import AgreementKind, Party
from connector.errors import NotFoundError
from connector.services.dossier import read_dossier
from connector.services.my_page import read_my_page
from connector.services.plans import my_plan
from connector.store.conversation import Participant
from tests.web.pages.conftest import CANARY, Small, World, promise

OWN = {"kind": AgreementKind.FREE, "owed_by": Party.EMPLOYEE, "owed_to": Party.SUPERVISOR, "amount": None}


def test_the_page_greets_and_says_when_and_with_whom(world: World, small: Small) -> None:
    page = world.client_of(small.owner).get("/my-plan").text
    for words in (
        "Dag Amina",
        "donderdag 26 november om 10 uur",
        "Met Katrien Maes.",
        "Ik heb me voorbereid",
        "Tablet voor huisbezoeken",
        "Katrien Maes doet dit.",
        "Te laat",
        "Vlot met de computer werken",
        "Alleen jij.",
        "Jij, Katrien Maes en de HR-dienst.",
        "Nog niemand heeft naar je afsprakenblad gekeken.",
        "nu basis, <strong>nodig zelfstandig</strong>",
    ):
        assert words in page, words


def test_the_owner_sees_who_looked_and_how_often(world: World, small: Small) -> None:
    hr = world.actor(Role.HR, name="Hilde HR")
    for _ in range(2):
        read_dossier(hr, world.installation, small.amina)
    page = world.client_of(small.owner).get("/my-plan").text
    assert "HR-dienst: maandag 23 november" in page
    assert "2 keer" in page


def test_one_thing_to_do_after_another(world: World, small: Small) -> None:
    client = world.client_of(small.owner)

    def todo() -> str:
        return read_my_page(small.owner, world.installation).todo[0]

    version = world.share(small.owner, [small.goal], promise("Ik oefen elke week", **OWN))
    assert todo() == "confirm"
    client.post(f"/my-plan/sheet/{version}/confirm")
    assert todo() == "prepare"
    client.post(f"/my-plan/conversations/{small.conversation}/prepared")
    assert todo() == "keep"
    assert "Je beloofde: “Ik oefen elke week”" in client.get("/my-plan").text
    page = read_my_page(small.owner, world.installation)
    client.post(f"/my-plan/agreements/{page.agreements[0].uid}/done")
    assert todo() == "nothing"
    assert "Je hoeft nu niets te doen." in client.get("/my-plan").text


def test_without_a_plan_the_first_goal_starts_one(world: World) -> None:
    client = world.client(Role.EMPLOYEE, world.create_person("Dirk Janssens"))
    assert "Schrijf je eerste doel" in client.get("/my-plan").text
    client.get("/my-plan/share", status=404)
    client.post("/my-plan/goals/new", {"what": "Ik wil leren lassen"})
    page = client.get("/my-plan").text
    assert "Ik wil leren lassen" in page
    assert "Nog niet gezegd: hoe je het leert." in page
    assert "Maak je doel af" in page


def test_what_is_wrong_with_a_goal_stands_on_top_and_nothing_typed_is_lost(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    sent = {"what": "  ", "how": "zelf oefenen", "target_on": "31/12/2027", "competency": "999999"}
    page = client.post("/my-plan/goals/new", sent, status=400).text
    for words in (
        "Kijk dit nog eens na",
        '<a href="#what">Schrijf op wat je wilt leren.</a>',
        '<a href="#target_on">Deze datum kennen we niet.',
        "zelf oefenen",
        'aria-invalid="true"',
    ):
        assert words in page, words
    assert len(my_plan(small.owner, world.installation).goals) == 2


@pytest.mark.parametrize(
    ("sent", "words"),
    [
        ({"what": "x" * 4001}, "Deze tekst is te lang."),
        ({"what": "a\x00b"}, "Dit kunnen we niet lezen"),  # refused before any page: no browser sends it
        ({"what": "goed", "competency": "999999"}, "Kies een competentie uit de lijst"),
        ({"what": "goed", "competency": "1 OR 1"}, "Kies een competentie uit de lijst"),
        ({"what": "goed", "competency": "9" * 30}, "Kies een competentie uit de lijst"),
        ({"what": "goed", "target_on": "0000-00-00"}, "Deze datum kennen we niet."),
        ({}, "Schrijf op wat je wilt leren."),
    ],
)
def test_a_goal_that_cannot_be_kept_is_refused(world: World, small: Small, sent: dict[str, str], words: str) -> None:
    assert words in world.client_of(small.owner).post("/my-plan/goals/new", sent, status=400).text


@pytest.mark.parametrize("text", ["Şef olmak, İstanbul", "être à l’aise", "雇用", "👷 werken", "regel 1\r\nregel 2"])
def test_a_goal_stays_in_its_owners_words(world: World, small: Small, text: str) -> None:
    client = world.client_of(small.owner)
    client.post("/my-plan/goals/new", {"what": text})
    assert text.replace("\r\n", "\n") in client.get("/my-plan").text


def test_a_goal_from_the_function_aims_at_its_level(world: World, small: Small) -> None:
    asked = str(world.create_competency("Wetgeving"))
    world.client_of(small.owner).post("/my-plan/goals/new", {"what": "De wet kennen", "competency": asked})
    goal = next(one for one in my_plan(small.owner, world.installation).goals if one.what == "De wet kennen")
    assert [(tie.label, tie.level_aimed, tie.origin) for tie in goal.competencies] == [("Wetgeving", 100, "gap")]


def test_a_goal_can_be_changed_and_finished(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    before = client.get(f"/my-plan/goals/{small.goal}").text
    assert "Vlot met de computer werken" in before
    assert "Daar verandert het pas als je het opnieuw deelt." in before
    samen = str(world.create_competency("Samenwerken"))
    client.post(f"/my-plan/goals/{small.goal}", {"what": "Anders", "state": "partly", "competency": samen})
    found = next(one for one in my_plan(small.owner, world.installation).goals if one.goal_id == small.goal)
    assert (found.what, found.how, found.state) == ("Anders", None, "partly")
    assert [tie.label for tie in found.competencies] == ["Samenwerken"]
    client.post(f"/my-plan/goals/{small.goal}", {"what": "Anders", "state": "klaar"}, status=400)
    client.post(f"/my-plan/goals/{small.goal}", {"what": "", "state": "open"}, status=400)


def test_a_goal_of_another_is_not_there(world: World, small: Small) -> None:
    other = world.actor(Role.EMPLOYEE, world.create_person("Dirk"))
    world.create_plan(other, "van Dirk")
    client = world.client_of(other)
    for goal in (small.goal, uuid.uuid4()):
        client.get(f"/my-plan/goals/{goal}", status=404)
        client.post(f"/my-plan/goals/{goal}", {"what": "gekaapt"}, status=404)
    assert "gekaapt" not in {goal.what for goal in my_plan(small.owner, world.installation).goals}


def test_sharing_puts_chosen_goals_on_the_sheet_and_keeps_its_agreements(world: World, small: Small) -> None:
    client = world.client_of(small.owner)
    form = client.get("/my-plan/share").text
    assert "Dan lezen Katrien Maes en de HR-dienst het." in form
    assert "De afspraak op je blad blijft staan." in form
    private = next(goal for goal in my_plan(small.owner, world.installation).goals if goal.what == CANARY)
    client.post("/my-plan/share", {"goal": [str(private.goal_id)]})
    sheet = read_dossier(world.actor(Role.HR), world.installation, small.amina).sheet
    assert sheet is not None
    assert [goal.what for goal in sheet.goals] == [CANARY]
    assert [agreement.text for agreement in sheet.agreements] == ["Tablet voor huisbezoeken"]
    assert sheet.number == 2


def test_an_agreement_about_a_goal_that_is_no_longer_shared_stays_without_it(world: World, small: Small) -> None:
    world.share(small.owner, [small.goal], promise(goal_uid=small.goal))
    private = next(goal for goal in my_plan(small.owner, world.installation).goals if goal.what == CANARY)
    world.client_of(small.owner).post("/my-plan/share", {"goal": [str(private.goal_id)]})
    sheet = read_my_page(small.owner, world.installation).sheet
    assert sheet is not None
    assert [agreement.goal_uid for agreement in sheet.agreements] == [None]


@pytest.mark.parametrize("chosen", [[], ["geen-uuid"], [str(uuid.UUID(int=1))]])
def test_sharing_nothing_or_nonsense_asks_again(world: World, small: Small, chosen: list[str]) -> None:
    page = world.client_of(small.owner).post("/my-plan/share", {"goal": chosen}, status=400).text
    assert "Kies minstens één doel." in page
    assert read_my_page(small.owner, world.installation).sheets[0].number == 1


def test_somebody_elses_conversation_cannot_be_marked_as_prepared(world: World, small: Small) -> None:
    other = world.client(Role.EMPLOYEE, world.create_person("Dirk"))
    other.post(f"/my-plan/conversations/{small.conversation}/prepared", status=404)
    world.client(Role.EMPLOYEE).post(f"/my-plan/conversations/{small.conversation}/prepared", status=403)
    with world.installation.store.read() as session:
        assert set(session.scalars(select(Participant.prepared_at))) == {None}


def test_an_account_without_an_hr_record_still_has_a_plan(world: World) -> None:
    client = world.client(Role.EMPLOYEE, name="Zoë Zonderfiche")
    client.post("/my-plan/goals/new", {"what": "Leren lezen"})
    page = client.get("/my-plan").text
    assert "Dag Zoë Zonderfiche" in page
    assert "Leren lezen" in page
    assert "hoort nog niet bij een persoon" in page
    form = client.get("/my-plan/share").text
    assert "Dan leest de HR-dienst het." in form


def test_a_conversation_without_a_day_says_in_which_period(world: World) -> None:
    person = world.create_person("Dirk")
    world.create_conversation(person)
    page = world.client(Role.EMPLOYEE, person).get("/my-plan").text
    assert "Het komt tussen maandag 16 november en vrijdag 18 december." in page


def test_the_hour_is_that_of_the_employers_wall_in_summer_too(world: World) -> None:
    person = world.create_person("Dirk")
    world.create_conversation(person, at=datetime(2027, 3, 29, 8, 30, tzinfo=UTC))
    assert "maandag 29 maart om 10.30 uur" in world.client(Role.EMPLOYEE, person).get("/my-plan").text


def test_everything_is_empty_at_first(world: World) -> None:
    page = world.client(Role.EMPLOYEE, world.create_person("Nieuw")).get("/my-plan").text
    for words in (
        "Je hebt nu geen gesprek gepland.",
        "Er zijn nog geen afspraken.",
        "Je hebt nog geen doelen.",
        "Je deelde nog niets.",
        "De functie heeft nog geen lijst van competenties.",
    ):
        assert words in page, words


def test_the_service_refuses_who_is_not_the_owner(world: World, small: Small) -> None:
    other = world.actor(Role.EMPLOYEE, world.create_person("Dirk"))
    page = read_my_page(other, world.installation)
    assert (page.plan, page.sheets, page.looks) == (None, (), ())
    with pytest.raises(NotFoundError):
        my_plan(other, world.installation)
