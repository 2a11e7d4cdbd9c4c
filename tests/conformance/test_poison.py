"""One record that no database, no schema or no reader likes: the rest comes in, and that one is in quarantine."""

from __future__ import annotations

from typing import Any

import pytest
import responses
from sqlalchemy import select

from connector.store.sync_state import QuarantinedRecord
from tests.conformance.conftest import run
from tests.conformance.sample import Sample, player_of
from tests.conformance.test_mappings import Make, mapped_records

ICEHRM = Sample("hr", "icehrm")
VICTIM = 3  # has no unit, job or skills, and is nobody's supervisor


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("last_name", "half a letter \ud83d"),
        ("last_name", "a NUL \x00"),
        ("last_name", "long " * 1000),
        ("last_name", ["a", "list"]),
        ("last_name", {"an": "object"}),
        ("work_email", "not an address"),
        ("status", "Sleeping"),
        ("joined_date", "2026-02-30"),
        ("id", None),
        ("id", ""),
        ("id", "\ud83d"),
    ],
)
def test_a_poisonous_record_stays_alone(
    field: str, value: Any, installed: Make, network: responses.RequestsMock
) -> None:
    installation = installed(ICEHRM)
    player = player_of(ICEHRM)
    for line in player.lines:
        for row in line["answer"]["data"]:
            if row["id"] == VICTIM and "last_name" in row:
                row[field] = value
    player.listen(network)

    report = run(installation)

    counts = report.resources["employees"]
    assert (counts.read, counts.new, counts.quarantined) == (5, 4, 1)
    assert report.totals.adds_up
    assert str(VICTIM) not in mapped_records(installation)["employees"]
    with installation.store.read() as session:
        problem = session.scalars(select(QuarantinedRecord)).one()
    assert problem.resource == "employees"
    assert problem.key == str(VICTIM) if field != "id" else problem.key.startswith("?")
    told = f"{problem.reason} {problem.kind} {problem.shape}"
    assert not isinstance(value, str) or len(value) < 5 or value not in told


@pytest.mark.parametrize(
    "name", ["=HYPERLINK('x')", "<script>alert(1)</script>", "İıŞşĞğ Çelik", "O'Neil; DROP TABLE", 12]
)
def test_an_odd_name_is_still_a_name(name: Any, installed: Make, network: responses.RequestsMock) -> None:
    installation = installed(ICEHRM)
    player = player_of(ICEHRM)
    for line in player.lines:
        for row in line["answer"]["data"]:
            if row["id"] == VICTIM and "last_name" in row:
                row["last_name"] = name
    player.listen(network)
    assert run(installation).totals.quarantined == 0
    assert mapped_records(installation)["employees"][str(VICTIM)]["family_name"] == str(name)
