"""/health: three words for watchers, and nothing else for strangers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from connector.domain.access import Actor, Role
from connector.errors import NotAllowedError
from connector.services.health import check_health
from connector.store.queue import put
from connector.store.work import DueWork, Outbox
from tests.api.conftest import World, take_away_database
from tests.conftest import Clock


def test_up(world: World) -> None:
    answer = world.client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "UP"})
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("model", [DueWork, Outbox])
def test_degraded_when_work_waits(world: World, clock: Clock, model: type[DueWork] | type[Outbox]) -> None:
    with world.installation.store.begin() as session:
        put(session, model, key="k", kind="mail", payload={}, due_at=clock.now, now=clock.now)
    clock.now += timedelta(minutes=15)
    assert world.client.get("/health").json == {"status": "UP"}
    clock.now += timedelta(seconds=1)
    answer = world.client.get("/health")
    assert (answer.status_code, answer.json) == (200, {"status": "DEGRADED"})
    with world.installation.store.begin() as session:
        for row in session.query(model):
            row.state = "done"
    assert world.client.get("/health").json == {"status": "UP"}


@pytest.mark.parametrize(
    "harm",
    ["UPDATE alembic_version SET version_num = '0000'", "DROP TABLE alembic_version", "DROP TABLE due_work"],
)
def test_down(world: World, harm: str) -> None:
    with world.installation.store.engine.begin() as connection:
        connection.exec_driver_sql(harm)
    answer = world.client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "DOWN"})


def test_down_without_the_database(world: World) -> None:
    take_away_database(world)
    answer = world.client.get("/health")
    assert (answer.status_code, answer.json) == (503, {"status": "DOWN"})


def test_only_the_product_asks(world: World) -> None:
    with pytest.raises(NotAllowedError):
        check_health(Actor(role=Role.HR, employer_id=1), world.installation)
