"""What the tests of whole processes share: they run by the real clock, so people are hired relative to today."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest

from connector.services.conversations import plan_due
from connector.services.installation import Installation, system_clock
from tests.work.staff import Staff


@pytest.fixture
def installation(create_installation: Callable[..., Installation]) -> Installation:
    return create_installation(clock=system_clock)


@pytest.fixture
def staff(installation: Installation) -> Staff:
    return Staff(installation)


@pytest.fixture
def plan_teams(staff: Staff) -> Callable[[int, int], int]:
    """A factory: so many teams of so many people, all of them with a conversation planned; gives the invitations."""

    def plan(teams: int, people: int) -> int:
        today = staff.installation.today()
        for _ in range(teams):
            boss = staff.add("Chris Baas", hired_on=_years_before(today + timedelta(days=200)))
            for _ in range(people):
                staff.add("An Peeters", supervisor=boss, hired_on=_years_before(today + timedelta(days=50)))
        return plan_due(staff.hr, staff.installation, staff.employer_id).invitations

    return plan


def _years_before(day: date) -> date:
    """Four years, so that 29 February has one too."""
    return day.replace(year=day.year - 4)
