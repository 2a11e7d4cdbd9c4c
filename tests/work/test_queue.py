"""Rows of work: one worker at a time, counted before each try, parked with a reason that tells nothing personal."""

from __future__ import annotations

from datetime import timedelta
from threading import Event
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import (
    ConflictError,
    CredentialsError,
    DeliveryError,
    NotAllowedError,
    NotFoundError,
    RecordError,
    ThrottledError,
)
from connector.services.installation import Installation
from connector.services.work import claim_next, finish, give_back, parked_rows, recover_leases, retry_row
from connector.store.queue import put
from connector.store.work import DueWork
from jobs.loop import Worker, work_off

LEASE = timedelta(minutes=5)


def add(installation: Installation, key: str = "a", kind: str = "test", **more: Any) -> None:
    now = installation.clock()
    with installation.store.begin() as session:
        put(session, DueWork, key=key, kind=kind, payload={"n": 1}, due_at=more.pop("due_at", now), now=now, **more)


def claim(installation: Installation, worker: str = "w", kinds: tuple[str, ...] = ("test",)) -> Any:
    return claim_next(TIMER, installation, DueWork, kinds=kinds, worker=worker, lease=LEASE)


def row(installation: Installation) -> DueWork:
    with installation.store.read() as session:
        return session.scalars(select(DueWork)).one()


def test_a_row_is_claimed_once_and_done_once(installation: Installation) -> None:
    add(installation)
    first = claim(installation, "one")
    assert claim(installation, "two") is None
    assert (row(installation).state, row(installation).attempts) == ("leased", 1)
    assert finish(TIMER, installation, first)
    assert not finish(TIMER, installation, first)
    assert (row(installation).state, row(installation).done_at) == ("done", installation.clock())


def test_the_future_and_unknown_kinds_wait(installation: Installation, clock: Any) -> None:
    add(installation, "later", due_at=clock.now + timedelta(hours=1))
    add(installation, "unknown", kind="of a later release")
    assert claim(installation) is None
    clock.now += timedelta(hours=1)
    assert claim(installation).key == "later"


def test_a_lease_that_ran_out_goes_to_another_and_the_first_can_finish_no_more(
    installation: Installation, clock: Any
) -> None:
    add(installation)
    zombie = claim(installation, "one")
    clock.now += LEASE
    second = claim(installation, "one")
    assert second.attempts == 2
    assert not finish(TIMER, installation, zombie)
    assert give_back(TIMER, installation, zombie, DeliveryError("x")) == "lost"
    assert finish(TIMER, installation, second)


def test_five_failures_park_a_row_with_its_reason_after_longer_and_longer_waits(
    installation: Installation, clock: Any
) -> None:
    add(installation)
    waits = []
    for attempt in range(1, 6):
        claimed = claim(installation)
        assert claimed.attempts == attempt
        state = give_back(TIMER, installation, claimed, DeliveryError("no answer", where="mail server"))
        waits.append(row(installation).due_at - clock.now)
        clock.now = max(clock.now, row(installation).due_at)
    assert state == "parked"
    assert waits[:4] == sorted(waits[:4])
    assert timedelta(hours=24) < sum(waits[:4], timedelta())
    assert claim(installation) is None
    (parked,) = parked_rows(TIMER, installation)
    assert (parked.attempts, parked.reason) == (5, "DeliveryError: mail server: no answer")


def test_work_that_kills_its_process_is_parked_too(installation: Installation, clock: Any) -> None:
    add(installation)
    for _ in range(5):
        assert claim(installation) is not None
        clock.now += LEASE
    assert claim(installation) is None
    (parked,) = parked_rows(TIMER, installation)
    assert parked.reason == "the process ended during each try"


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (RecordError("no address"), "parked"),
        (CredentialsError("refused"), "parked"),
        (ConflictError("another run"), "waiting"),
        (DeliveryError("later"), "waiting"),
        (ValueError("an.peeters@acme.example is not valid"), "waiting"),
    ],
)
def test_the_class_of_an_error_says_whether_a_person_must_look(
    installation: Installation, error: Exception, state: str
) -> None:
    add(installation)
    with pytest.raises(type(error)) as raised:  # as in life: with the place it came from
        raise error
    assert give_back(TIMER, installation, claim(installation), raised.value) == state
    assert "peeters" not in str(row(installation).last_error)
    assert type(error).__name__ in str(row(installation).last_error)


def test_who_asks_for_patience_gets_it(installation: Installation, clock: Any) -> None:
    add(installation)
    give_back(TIMER, installation, claim(installation), ThrottledError("slower", wait_seconds=3600))
    assert row(installation).due_at == clock.now + timedelta(hours=1)


def test_an_error_settles_its_row_and_the_loop_goes_on(installation: Installation) -> None:
    for number in range(5):
        add(installation, f"row {number}")
    seen: list[str] = []

    def handler(claimed: Any) -> None:
        seen.append(claimed.key)
        if claimed.key == "row 2":
            raise ZeroDivisionError

    tally = work_off(Worker(installation, "w", Event()), DueWork, {"test": handler})
    assert seen == [f"row {number}" for number in range(5)]
    assert tally == {"done": 4, "waiting": 1}


def test_a_stopped_worker_takes_no_new_row(installation: Installation) -> None:
    stop = Event()
    for number in range(3):
        add(installation, f"row {number}")
    tally = work_off(Worker(installation, "w", stop), DueWork, {"test": lambda _claim: stop.set()})
    assert tally == {"done": 1}


def test_leases_are_recovered_with_their_count(installation: Installation) -> None:
    add(installation)
    claim(installation)
    assert recover_leases(TIMER, installation) == 1
    assert claim(installation).attempts == 2


def test_a_parked_row_can_be_tried_again_by_its_own_employer_only(installation: Installation) -> None:
    add(installation, employer_id=1)
    give_back(TIMER, installation, claim(installation), RecordError("no address"))
    (parked,) = parked_rows(Actor(Role.ADMINISTRATOR, 1), installation)
    assert parked_rows(Actor(Role.ADMINISTRATOR, 2), installation) == []
    for actor, queue in ((Actor(Role.ADMINISTRATOR, 2), "work"), (TIMER, "outbox"), (TIMER, "nothing")):
        with pytest.raises(NotFoundError):
            retry_row(actor, installation, queue, parked.id)
    retry_row(Actor(Role.ADMINISTRATOR, 1), installation, "work", parked.id)
    assert claim(installation).attempts == 1


def test_only_the_product_itself_works_rows_off(installation: Installation) -> None:
    for role in Role:
        if role is not Role.TIMER:
            with pytest.raises(NotAllowedError):
                claim_next(Actor(role, 1), installation, DueWork, kinds=("test",), worker="w", lease=LEASE)


def test_putting_says_whether_the_key_was_new(installation: Installation) -> None:
    now = installation.clock()
    row = {"key": "once", "kind": "test", "payload": {}, "due_at": now, "now": now}
    for is_new in (True, False):
        with installation.store.begin() as session:
            assert put(session, DueWork, **row) is is_new
