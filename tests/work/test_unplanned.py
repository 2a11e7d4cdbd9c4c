"""Every reason has a sentence, and what waits for a slot is listed whatever its window."""

from __future__ import annotations

from datetime import date

import pytest

from connector.domain.access import Actor, Role
from connector.domain.unplanned import SENTENCES, Unplanned
from connector.errors import NotAllowedError
from connector.services.conversations import plan_due, waiting_conversations
from tests.conftest import Clock
from tests.work.staff import Staff


def test_every_reason_has_an_english_sentence() -> None:
    assert set(SENTENCES) == set(Unplanned)
    assert all(sentence.endswith(".") for sentence in SENTENCES.values())
    assert len(set(SENTENCES.values())) == len(SENTENCES)


def test_what_waits_is_listed_before_and_after_its_window(staff: Staff, clock: Clock) -> None:
    person = staff.add(hired_on=date(2020, 3, 1))
    plan_due(staff.hr, staff.installation, staff.employer_id)
    for moment in (clock.now, clock.now.replace(year=2028)):
        clock.now = moment
        (view,) = waiting_conversations(staff.hr, staff.installation, staff.employer_id)
        assert (view.person_id, view.state, view.reason) == (person, "unplanned", "no_supervisor")


def test_only_hr_of_the_employer_sees_what_waits(staff: Staff) -> None:
    for actor in (Actor(Role.SUPERVISOR, staff.employer_id, 1, 1), Actor(Role.HR, 999)):
        with pytest.raises(NotAllowedError):
            waiting_conversations(actor, staff.installation, staff.employer_id)
