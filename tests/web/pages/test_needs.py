"""What the training department sees: sums of shared goals, never a small group, never a name."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from connector.domain.access import Actor, Role
from connector.services.linking import reindex
from connector.services.needs import read_needs
from connector.store.sheet import AgreementSheet
from tests.web.pages.conftest import World


def ask(world: World, people: int, competency: str, *, level: int = 75, unit: int | None = None) -> list[int]:
    """This many people share a goal about a competency; gives the people."""
    found = []
    for number in range(people):
        person = world.create_person(f"Vrager {competency} {level} {number}", unit_id=unit)
        owner = world.actor(Role.EMPLOYEE, person)
        world.share(owner, world.create_plan(owner, f"geheim doel {number}", competency=competency, level=level))
        found.append(person)
    return found


def test_a_need_of_five_is_shown_with_the_offer_and_what_it_would_cost(world: World) -> None:
    ask(world, 5, "lassen")
    world.create_training("Lassen duur", "lassen", price=Decimal(300), currency="EUR")
    world.create_training(
        "Lassen kort", "lassen", price=Decimal("99.50"), currency="EUR", next_starts_on=date(2027, 1, 12)
    )
    world.create_training("Lassen zonder prijs", "lassen")
    page = world.client(Role.TRAINING).get("/needs").text
    for words in (
        "lassen",
        "kwartaal 1 van 2027: 5",
        "€ 497,50",
        "dinsdag 12 januari",
        "prijs niet bekend",
    ):
        assert words in page, words
    assert "Vrager" not in page
    assert "geheim doel" not in page


def test_four_are_nowhere(world: World) -> None:
    ask(world, 4, "lassen")
    view = read_needs(world.actor(Role.TRAINING), world.installation)
    assert (view.lines, view.hidden) == ((), None)
    page = world.client(Role.TRAINING).get("/needs").text
    assert "lassen" not in page
    assert "Er is geen competentie die genoeg mensen vragen." in page


def test_a_unit_of_which_the_others_would_follow_is_hidden(world: World) -> None:
    montage, poets = world.create_unit("Montage"), world.create_unit("Poets")
    ask(world, 6, "lassen", unit=montage)
    ask(world, 3, "lassen", unit=poets)
    training = world.actor(Role.TRAINING)
    assert [line.people for line in read_needs(training, world.installation).lines] == [9]
    assert read_needs(training, world.installation, unit_id=montage).lines == ()
    assert read_needs(training, world.installation, unit_id=poets).lines == ()


def test_levels_are_words_and_small_ones_go_together(world: World) -> None:
    world.create_job("Lasser", {"lassen": 75})
    ask(world, 6, "lassen", level=75)
    ask(world, 3, "lassen", level=25)
    ask(world, 2, "lassen", level=50)
    page = world.client(Role.TRAINING).get("/needs").text
    assert "zelfstandig: 6" in page
    assert "andere of te kleine groepen: 5" in page


def test_what_the_offer_lacks_is_listed(world: World) -> None:
    ask(world, 5, "lassen")
    page = world.client(Role.TRAINING).get("/needs").text
    assert "Geen aanbod" in page
    assert "niet te schatten" in page
    assert "prijs niet bekend" not in page
    assert "<strong>lassen</strong>: 5 personen" in page


def test_the_offer_of_another_employer_or_of_the_past_is_no_offer(world: World) -> None:
    ask(world, 5, "lassen")
    world.create_training("Van een ander", "lassen", employer_id=2)
    world.create_training("Van vroeger", "lassen", retired_on=date(2026, 1, 1))
    (line,) = read_needs(world.actor(Role.TRAINING), world.installation).lines
    assert not line.is_met


def test_words_in_common_alone_are_no_offer(world: World) -> None:
    world.create_training("Alles over lassen en solderen", "solderen")
    reindex(Actor(Role.ADMINISTRATOR, None), world.installation, 1)
    ask(world, 5, "lassen")
    (line,) = read_needs(world.actor(Role.TRAINING), world.installation).lines
    assert not line.is_met


def test_a_training_whose_date_has_passed_has_no_known_date(world: World) -> None:
    ask(world, 5, "lassen")
    world.create_training("Lassen", "lassen", next_starts_on=date(2026, 11, 22))
    page = world.client(Role.TRAINING).get("/needs").text
    assert "datum niet bekend" in page
    assert "22 november" not in page


def test_private_goals_closed_sheets_and_people_who_left_do_not_count(world: World) -> None:
    people = ask(world, 5, "lassen")
    owner = world.actor(Role.EMPLOYEE, world.create_person("Zwijger"))
    world.create_plan(owner, "niet gedeeld", competency="lassen", level=75)
    training = world.actor(Role.TRAINING)
    assert [line.people for line in read_needs(training, world.installation).lines] == [5]
    with world.installation.store.begin() as session:
        sheet = session.query(AgreementSheet).filter_by(person_id=people[0]).one()
        sheet.closed_at = world.installation.clock()
    assert read_needs(training, world.installation).lines == ()


def test_needs_of_another_employer_are_not_here(world: World) -> None:
    ask(world, 5, "lassen")
    assert read_needs(world.actor(Role.TRAINING, employer_id=2), world.installation).lines == ()


def test_an_old_version_of_a_sheet_no_longer_counts(world: World) -> None:
    person = world.create_person("Herdenker")
    owner = world.actor(Role.EMPLOYEE, person)
    goals = world.create_plan(owner, "lassen", competency="lassen", level=75)
    world.share(owner, goals)
    ask(world, 4, "lassen")
    training = world.actor(Role.TRAINING)
    assert [line.people for line in read_needs(training, world.installation).lines] == [5]
    world.add_private_goal(owner, "iets anders")
    world.share(owner, [goal for goal in world.plan_goals(owner) if goal not in goals])
    assert read_needs(training, world.installation).lines == ()


def test_what_is_hidden_is_counted_with_a_noun(world: World) -> None:
    ask(world, 3, "lassen")
    ask(world, 3, "solderen")
    client = world.client(Role.TRAINING)
    assert "Nu tonen we daardoor 2 competenties niet." in client.get("/needs").text
    client.post("/language", {"language": "en"})
    assert "Because of that we do not show 2 competencies now." in client.get("/needs").text
