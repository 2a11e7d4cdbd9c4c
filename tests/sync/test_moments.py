"""From when on a fact is believed: from the moment it was written, whenever it was read."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from connector.domain.access import TIMER
from connector.services.installation import Installation
from connector.services.sync import apply_plan
from connector.store.base import Bitemporal
from connector.store.hr import Assignment, Employment, PersonDetails
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook

Sync = Callable[..., RunReport]
_CHANGED = "3;Chloé;Dujardin;;groen;groenarbeider;2;2026-01-05;;50"


def _beliefs(installation: Installation) -> list[Bitemporal]:
    with installation.store.read() as session:
        return [row for model in (PersonDetails, Employment, Assignment) for row in session.scalars(select(model))]


def test_a_plan_is_believed_from_the_moment_it_is_written(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook, clock: Clock
) -> None:
    sync_hr()
    workbook.rows["mensen"][2] = _CHANGED
    workbook.write()
    clock.now += timedelta(hours=1)
    number = sync_hr(dry_run=True).number
    clock.now += timedelta(days=2)
    apply_plan(TIMER, files_installation, number)
    latest = max(row.recorded_from for row in _beliefs(files_installation))
    assert latest == clock.now


def test_a_clock_that_goes_back_ends_no_belief_before_it_began(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook, clock: Clock
) -> None:
    sync_hr()
    workbook.rows["mensen"][2] = _CHANGED
    workbook.write()
    clock.now -= timedelta(hours=3)
    sync_hr()
    rows = _beliefs(files_installation)
    assert any(row.recorded_to is not None for row in rows)
    assert all(row.recorded_to is None or row.recorded_from < row.recorded_to for row in rows)
