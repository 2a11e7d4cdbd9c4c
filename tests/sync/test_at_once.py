"""A person's yes and the clock at the same moment: what is told to be written is written."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from threading import Barrier, Event
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.domain.access import TIMER
from connector.errors import ConflictError
from connector.services import sync
from connector.services.installation import Installation
from connector.services.sync import apply_plan, run_sync
from connector.store.database import Store
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import Source, SyncRun
from connector.sync import runs
from connector.sync.mapping import read_mapping


@pytest.fixture
def store(postgresql_store: Store) -> Store:
    return postgresql_store


def test_a_run_that_begins_leaves_the_plan_that_is_being_taken_up(
    files_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = files_installation
    number = run_sync(TIMER, hr, "hr").number
    with hr.store.read() as session:
        source_id = session.get_one(SyncRun, number).source_id
    is_taking, may_go_on = Event(), Event()
    real = sync.take_up

    def slow(session: Session, run: SyncRun, digest: str, now: Any) -> None:
        real(session, run, digest, now)
        session.flush()
        run.lease_by = "elsewhere:1"  # another process than that of the clock
        session.flush()
        is_taking.set()
        may_go_on.wait(2)

    def begin() -> str:
        is_taking.wait(10)
        try:
            with hr.store.begin() as session:
                runs.begin_run(session, source_id, "another", hr.clock())
                return "began"
        except ConflictError as error:
            return error.what

    monkeypatch.setattr(sync, "take_up", slow)
    with ThreadPoolExecutor(2) as pool:
        begun = pool.submit(begin)
        taken = pool.submit(lambda: _taken(hr, number))
        wait([begun], 1)
        may_go_on.set()
        assert begun.result(20) == f"run {number} is at work on this source"
        taken.result(20)
    with hr.store.read() as session:
        assert session.get_one(SyncRun, number).state == "running"
        assert session.scalar(select(StagedRecord.id).where(StagedRecord.run_id == number).limit(1)) is not None


def _taken(installation: Installation, number: int) -> None:
    with pytest.raises(ConflictError, match="taken over"):  # the lease is not this process's
        apply_plan(TIMER, installation, number)


def test_two_first_runs_of_a_source_register_it_once(
    files_installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    hr = files_installation
    both = Barrier(2, timeout=10)
    real = sync.organisation_id

    def together(session: Session, code: str) -> int:
        found = real(session, code)
        session.scalar(select(Source.id).where(Source.name == "hr"))
        both.wait()
        return found

    monkeypatch.setattr(sync, "organisation_id", together)
    with ThreadPoolExecutor(2) as pool:
        runs_of = [pool.submit(_tried, hr) for _ in range(2)]
        said = sorted(run.result(30) for run in runs_of)
    assert "registered twice" not in said
    with hr.store.read() as session:
        assert len(session.scalars(select(Source.id)).all()) == 1


def _tried(installation: Installation) -> str:
    config = installation.sources["hr"]
    mapping = read_mapping(installation.mappings.find(config.mapping))
    try:
        with installation.store.begin() as session:
            return sync._register(session, installation, config, mapping).name
    except IntegrityError:
        return "registered twice"
