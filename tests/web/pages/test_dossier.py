"""HR's list and dossier."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from connector.domain.access import Role
from connector.services.dossier import read_dossier
from connector.services.people_list import PAGE, list_people
from connector.services.team import read_team
from connector.store.conversation import Participant
from connector.store.plan import AccessLog
from tests.web.pages.conftest import Small, World


def test_the_dossier_says_who_what_and_what_is_open(world: World, small: Small) -> None:
    page = world.client(Role.HR).get(f"/dossiers/{small.amina}").text
    for words in (
        "Amina El Amrani",
        "Onthaalmedewerker",
        "maandag 1 januari 2024",
        "Katrien Maes",
        "Zet alles in elkaar.",
        "donderdag 26 november om 10 uur",
        "nu basis, <strong>nodig zelfstandig</strong>",
        "nu gevorderd, dat is genoeg",
        "nog niet beoordeeld, <strong>nodig expert</strong>",
        "Vlot met de computer werken",
        "Tablet voor huisbezoeken",
        "Niet gehouden",
        "Er zijn afspraken te laat.",
        "De medewerker heeft nog niet voorbereid.",
        "niet bekend",  # the e-mail address
    ):
        assert words in page, words


def test_reading_a_sheet_is_noted_for_its_owner(world: World, small: Small) -> None:
    hr = world.actor(Role.HR)
    read_dossier(hr, world.installation, small.amina)
    read_team(small.supervisor, world.installation)
    with world.installation.store.read() as session:
        seen = session.execute(select(AccessLog.owner_id, AccessLog.reader_id, AccessLog.reader_role)).all()
    owner = small.owner.account_id
    assert seen == [(owner, hr.account_id, "hr"), (owner, small.supervisor.account_id, "supervisor")]


def test_a_dossier_without_a_sheet_notes_nothing(world: World) -> None:
    person = world.create_person()
    world.client(Role.HR).get(f"/dossiers/{person}")
    with world.installation.store.read() as session:
        assert session.scalars(select(AccessLog)).all() == []


def test_who_has_prepared_is_a_bare_fact(world: World, small: Small) -> None:
    with world.installation.store.begin() as session:
        row = session.scalar(select(Participant).where(Participant.role == "employee"))
        assert row is not None
        row.prepared_at = world.installation.clock()
    page = world.client(Role.HR).get(f"/dossiers/{small.amina}").text
    assert page.count("Heeft voorbereid") == 1
    assert page.count("Nog niet voorbereid") == 1


def test_somebody_of_whom_little_is_known_has_a_dossier(world: World) -> None:
    person = world.create_person("X")
    page = world.client(Role.HR).get(f"/dossiers/{person}").text
    for words in (
        "Het HR-systeem kent geen leidinggevende.",
        "Het HR-systeem kent geen functie.",
        "geen afsprakenblad",
    ):
        assert words in page


def test_since_when_a_function_is_held_is_unknown_when_the_source_does_not_say(world: World) -> None:
    from connector.store.facts import FactWriter
    from connector.store.hr import Employment

    job = world.create_job()
    person = world.create_person(job_id=job)
    hr = world.actor(Role.HR)
    assert read_dossier(hr, world.installation, person).function.held_since == date(2024, 1, 1)
    with world.installation.store.begin() as session:
        facts = FactWriter(session, at=world.installation.clock())
        facts.believe(Employment, {"person_id": person}, {"status": "active", "hired_on": None}, date(2024, 1, 1))
    assert read_dossier(hr, world.installation, person).function.held_since is None


def test_suggestions_have_a_reason_and_an_unknown_price_is_unknown(world: World, small: Small) -> None:
    world.create_training("Computer voor beginners", "Digitaal werken")
    page = world.client(Role.HR).get(f"/dossiers/{small.amina}").text
    assert "Computer voor beginners" in page
    assert "prijs niet bekend" in page
    assert "Leert precies deze competentie: Digitaal werken." in page
    assert "€ 0" not in page


def test_people_with_a_conversation_come_first_and_the_late_ones_before_all(world: World) -> None:
    anna, bert, carl, dora = (world.create_person(f"{name} Test") for name in ("Anna", "Bert", "Carl", "Dora"))
    world.create_conversation(bert, at=datetime(2026, 12, 1, 9, tzinfo=UTC))
    world.create_conversation(dora, window_from=date(2026, 6, 1), window_to=date(2026, 12, 31))
    world.create_conversation(carl, window_from=date(2026, 9, 1), window_to=date(2026, 10, 1))
    hr = world.actor(Role.HR)
    lines = list_people(hr, world.installation).lines
    assert [line.card.person_id for line in lines] == [carl, dora, bert, anna]
    assert [line.lacks[0] for line in lines] == ["late", "not_planned", "no_supervisor", "no_conversation"]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("esra", True),
        ("YILMAZ", True),
        ("yılmaz esra", True),
        ("chloe", False),
        ("dedé", True),
        ("0007", True),
        ("007", False),
        ("%", False),
        ("_", False),
        ("' OR 1=1 --", False),
    ],
)
def test_search_minds_no_accents_and_no_capitals(world: World, words: str, found: bool) -> None:
    world.create_person("Esra Dédé Yılmaz", number="0007")
    people = list_people(world.actor(Role.HR), world.installation, words=words)
    assert bool(people.lines) is found


def test_who_has_left_is_not_in_the_list(world: World) -> None:
    world.create_person("Weg Gegaan", status="left")
    assert list_people(world.actor(Role.HR), world.installation).total == 0


def test_the_list_has_pages_and_a_page_too_far_is_the_last(world: World) -> None:
    unit = world.create_unit()
    for number in range(PAGE + 1):
        world.create_person(f"P {number:03}", unit_id=unit)
    client = world.client(Role.HR)
    first = client.get("/dossiers").text
    assert "pagina 1 van 2" in first
    assert 'href="/dossiers?page=2"' in first
    last = client.get("/dossiers?page=99").text
    assert "pagina 2 van 2" in last
    assert f"P {PAGE:03}" in last
    assert "P 000" not in last
    assert "pagina" not in client.get(f"/dossiers?unit={unit}&q=003").text


def test_an_empty_employer_and_a_search_without_a_hit_say_so(world: World) -> None:
    client = world.client(Role.HR)
    assert "Er zijn nog geen mensen." in client.get("/dossiers").text
    assert "We vinden niemand" in client.get("/dossiers?q=niemand").text


def test_a_very_long_name_is_shown_whole(world: World) -> None:
    person = world.create_person("A" * 200)
    assert "A" * 200 in world.client(Role.HR).get(f"/dossiers/{person}").text


@pytest.mark.parametrize(
    ("code", "sums", "reason"),
    [
        (
            "fr",
            "maintenant basis (25), demandé zelfstandig (75), différence 50, évalué le 1er janvier 2024",
            "Enseigne exactement cette compétence\u00a0: Digitaal werken.",
        ),
        (
            "en",
            "now basis (25), needed zelfstandig (75), difference 50, assessed on 1 January 2024",
            "Teaches exactly this competency: Digitaal werken.",
        ),
    ],
)
@pytest.mark.parametrize("is_of_the_account", [True, False])
def test_sums_and_reasons_are_said_in_the_language_of_the_page(
    world: World, small: Small, code: str, sums: str, reason: str, is_of_the_account: bool
) -> None:
    world.create_training("Computer voor beginners", "Digitaal werken")
    client = world.client(Role.HR)
    if is_of_the_account:
        client.post("/language", {"language": code})
    else:
        with client.browser.session_transaction() as kept:
            kept["language"] = code  # chosen before signing in
    page = client.get(f"/dossiers/{small.amina}").text
    assert sums in page
    assert reason in page
    for dutch in ("verschil 50", "nog niet beoordeeld", "Leert precies"):
        assert dutch not in page


def test_the_own_plan_gives_its_reasons_in_the_language_of_the_page(world: World, small: Small) -> None:
    world.create_training("Computer voor beginners", "Digitaal werken")
    client = world.client_of(small.owner)
    client.post("/language", {"language": "en"})
    page = client.get("/my-plan").text
    assert "Teaches exactly this competency: Digitaal werken." in page
    assert "Leert precies" not in page


@pytest.mark.parametrize(("code", "said"), [("nl", "Ja"), ("en", "Yes"), ("fr", "Oui")])
def test_the_list_says_of_a_ready_conversation_that_it_is_ready(
    world: World, small: Small, code: str, said: str
) -> None:
    with world.installation.store.begin() as session:
        for row in session.scalars(select(Participant)):
            row.prepared_at = world.installation.clock()
    client = world.client(Role.HR)
    client.post("/language", {"language": code})
    row = next(part for part in client.get("/dossiers").text.split("<tr>") if "Amina" in part)
    tag = row.rpartition('<span class="ds-tag"')[2]
    assert f"</svg>{said}</span>" in tag
