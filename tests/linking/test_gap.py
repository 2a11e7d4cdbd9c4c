"""The gap: arithmetic with its terms, and who may see it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.domain.access import Actor, Role
from connector.domain.gap import Assessed, Level, Needed, compare_profile
from connector.errors import NotAllowedError, NotFoundError
from connector.services.gaps import gap_lines, gap_of
from connector.services.installation import Installation
from connector.services.organisations import organisation_id
from connector.store.accounts import Organisation
from connector.store.facts import FactWriter
from connector.store.hr import (
    Assignment,
    CompetencyRating,
    Job,
    JobDescription,
    JobRequirement,
    Person,
    PersonDetails,
)
from tests.conftest import NOW
from tests.linking.conftest import Shelf

SCALE = "vierdelig"
SELF = Level(75, "zelfstandig", SCALE)
BASIS = Level(25, "basis", SCALE)
MARCH = date(2026, 3, 3)


@pytest.mark.parametrize(
    ("needed", "assessed", "difference", "words"),
    [
        (
            SELF,
            Assessed(1, BASIS, MARCH, "gesprek"),
            50,
            "nu basis (25), nodig zelfstandig (75), verschil 50, bron: gesprek van 3 maart 2026",
        ),
        (SELF, None, None, "nog niet beoordeeld, nodig zelfstandig (75)"),
        (
            SELF,
            Assessed(1, Level(0, "geen", SCALE), MARCH),
            75,
            "nu geen (0), nodig zelfstandig (75), verschil 75, beoordeeld op 3 maart 2026",
        ),
        (BASIS, Assessed(1, SELF), -50, "nu zelfstandig (75), nodig basis (25), 50 meer dan nodig"),
        (SELF, Assessed(1, SELF), 0, "nu zelfstandig (75), nodig zelfstandig (75), verschil 0"),
        (
            SELF,
            Assessed(1, Level(3, None, "vijfdelig"), None, "toets"),
            None,
            "nu 3, nodig zelfstandig (75), op een andere schaal, dus niet te vergelijken, bron: toets",
        ),
        (Level(None), Assessed(1, Level(None)), None, "nu zonder niveau, nodig zonder niveau"),
    ],
)
def test_a_line_shows_its_terms(needed: Level, assessed: Assessed | None, difference: int | None, words: str) -> None:
    (line,) = compare_profile([Needed(1, "lassen", needed)], [assessed] if assessed else [])
    assert (line.difference, line.words) == (difference, words)
    assert line.is_assessed is (assessed is not None)


def test_not_assessed_is_not_zero() -> None:
    none, zero = compare_profile(
        [Needed(1, "a", SELF), Needed(2, "b", SELF)], [Assessed(2, Level(0, None, SCALE), MARCH)]
    )
    assert (none.now, none.difference, none.is_assessed) == (None, None, False)
    assert (zero.now, zero.difference, zero.is_assessed) == (0, 75, True)


def test_the_latest_assessment_counts_and_french_is_spoken() -> None:
    old, new = Assessed(1, SELF, date(2025, 1, 1)), Assessed(1, BASIS, date(2026, 8, 1))
    for order in ([old, new], [new, old]):
        (line,) = compare_profile([Needed(1, "souder", SELF)], order, "fr")
        assert line.words == ("maintenant basis (25), demandé zelfstandig (75), différence 50, évalué le 1er août 2026")


levels = st.builds(Level, st.none() | st.integers(0, 100), st.none() | st.just("woord"), st.sampled_from([SCALE, None]))


@given(levels, st.none() | levels)
def test_a_difference_is_always_needed_minus_now(needed: Level, now: Level | None) -> None:
    (line,) = compare_profile([Needed(1, "x", needed)], [Assessed(1, now)] if now else [])
    if line.difference is None:
        assert None in (line.needed, line.now) or not line.is_same_scale
    else:
        assert line.difference == needed.value - now.value  # type: ignore[operator, union-attr]
    assert line.words


class Floor:
    """Alice leads Bob; Carol works elsewhere. Bob welds, at the level basis."""

    def __init__(self, shelf: Shelf) -> None:
        self.installation = shelf.installation
        self.welding = shelf.create_competency("lassen")
        self.hygiene = shelf.create_competency("hygiëne")
        with self.installation.store.begin() as session:
            self.employer_id = organisation_id(session, "acme")
            people = [Person(employer_id=self.employer_id) for _ in range(3)]
            job = Job(employer_id=self.employer_id)
            session.add_all([*people, job])
            session.flush()
            self.alice, self.bob, self.carol = (person.id for person in people)
            self.job_id = job.id
            facts = FactWriter(session, at=NOW)
            since = date(2020, 1, 1)
            for person_id, name in zip((self.alice, self.bob, self.carol), ("Alice", "Bob", "Carol"), strict=True):
                facts.believe(PersonDetails, {"person_id": person_id}, {"display_name": name}, since)
            facts.believe(JobDescription, {"job_id": job.id}, {"title": "Lasser"}, since)
            facts.believe(Assignment, {"person_id": self.bob}, {"job_id": job.id, "supervisor_id": self.alice}, since)
            for competency_id in (self.welding, self.hygiene):
                facts.believe(
                    JobRequirement,
                    {"job_id": job.id, "competency_id": competency_id},
                    {"scale": SCALE, "level": 75, "level_label": "zelfstandig"},
                    since,
                )
            facts.believe(
                CompetencyRating,
                {"person_id": self.bob, "competency_id": self.welding},
                {"scale": SCALE, "level": 25, "level_label": "basis", "assessed_on": MARCH, "basis": "gesprek"},
                MARCH,
            )

    def actor(self, role: Role, person_id: int | None) -> Actor:
        return Actor(role, self.employer_id, 1, person_id)


@pytest.fixture
def floor(create_shelf: Callable[[Installation], Shelf], installation: Installation) -> Floor:
    return Floor(create_shelf(installation))


def test_a_line_for_each_competency_of_the_profile_by_label(floor: Floor) -> None:
    gap = gap_of(floor.actor(Role.HR, None), floor.installation, floor.bob)
    assert (gap.name, gap.job_title) == ("Bob", "Lasser")
    assert [(line.label, line.difference) for line in gap.lines] == [("hygiëne", None), ("lassen", 50)]


def test_the_gap_is_that_of_the_day(floor: Floor) -> None:
    with floor.installation.store.read() as session:
        for on, difference in ((date(2026, 3, 2), None), (date(2026, 3, 3), 50)):
            lines = gap_lines(session, person_id=floor.bob, job_id=floor.job_id, on=on)
            assert lines[1].difference == difference
        assert gap_lines(session, person_id=floor.bob, job_id=floor.job_id, on=date(2019, 1, 1)) == []
        assert gap_lines(session, person_id=floor.bob, job_id=None, on=date(2026, 3, 3)) == []


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.SOURCE, Role.WATCHER}))
def test_everybody_sees_the_own_gap_in_any_role(floor: Floor, role: Role) -> None:
    assert gap_of(floor.actor(role, floor.bob), floor.installation, floor.bob).lines


@pytest.mark.parametrize(
    ("role", "asks"),
    [
        (Role.EMPLOYEE, "carol"),
        (Role.SUPERVISOR, "carol"),
        (Role.SUPERVISOR, None),
        (Role.TRAINING, "carol"),
        (Role.ADMINISTRATOR, "carol"),
        (Role.TIMER, None),
    ],
)
def test_nobody_else_sees_it(floor: Floor, role: Role, asks: str | None) -> None:
    actor = floor.actor(role, floor.carol if asks else None)
    with pytest.raises(NotAllowedError):
        gap_of(actor, floor.installation, floor.bob)


def test_the_supervisor_sees_the_gap_of_the_team(floor: Floor) -> None:
    actor = floor.actor(Role.SUPERVISOR, floor.alice)
    assert gap_of(actor, floor.installation, floor.bob).lines
    with pytest.raises(NotAllowedError):
        gap_of(actor, floor.installation, floor.carol)


def test_hr_of_another_employer_finds_nobody(floor: Floor) -> None:
    with floor.installation.store.begin() as session:
        other = Organisation(code="other", name="Other", kind="employer")
        session.add(other)
        session.flush()
        actor = Actor(Role.HR, other.id, 1)
    with pytest.raises(NotFoundError, match="no such person"):
        gap_of(actor, floor.installation, floor.bob)
