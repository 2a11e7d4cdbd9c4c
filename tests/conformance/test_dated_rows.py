"""Systems with dated rows: who worked as what on any day, before and after today."""

from __future__ import annotations

from datetime import date

import pytest
import responses
from sqlalchemy import select

from connector.services.installation import Installation
from connector.store.facts import holds
from connector.store.hr import Assignment, SourceIdentity
from tests.conformance.conftest import run
from tests.conformance.sample import Sample, player_of
from tests.conformance.test_mappings import Make

PEOPLE = {
    # hired again under another id, two rows on one day, and one still to come
    ("successfactors", "P002"): {
        "2018-04-30": None,
        "2018-05-01": "J10",
        "2020-06-30": "J10",
        "2020-07-01": None,
        "2025-03-03": "J20",
        "2026-12-31": "J20",
        "2027-01-01": "J30",
    },
    ("successfactors", "P003"): {"2026-08-31": "J20", "2026-09-01": None},
    ("afas", "10002"): {"2019-01-31": None, "2023-12-31": "VZ3", "2024-01-01": "VZ4", "2027-01-01": "TL"},
    ("afas", "10003"): {"2026-09-30": "KOK", "2026-10-01": None},
}


@pytest.mark.parametrize(("system", "person"), PEOPLE, ids=lambda part: part)
def test_each_day_has_the_job_of_that_day(
    system: str, person: str, installed: Make, network: responses.RequestsMock
) -> None:
    sample = Sample("hr", system)
    installation = installed(sample)
    player_of(sample).listen(network)
    run(installation)
    expected = PEOPLE[system, person]
    assert {day: _job(installation, person, date.fromisoformat(day)) for day in expected} == expected


def _job(installation: Installation, person: str, day: date) -> str | None:
    with installation.store.read() as session:
        is_person = (SourceIdentity.target == "employee") & (SourceIdentity.key == person)
        who = select(SourceIdentity.entity_id).where(is_person).scalar_subquery()
        job_id = session.scalar(select(Assignment.job_id).where(Assignment.person_id == who, holds(Assignment, day)))
        is_job = (SourceIdentity.target == "job") & (SourceIdentity.entity_id == job_id)
        return session.scalar(select(SourceIdentity.key).where(is_job))
