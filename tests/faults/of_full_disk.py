"""The disk is full at some point of a sync: one clean error, a database that is whole, and a run that goes on once
there is room.

A limit on the size of files stands for the disk, so that it needs no rights: the write that passes it is refused.
"""

from __future__ import annotations

import random
import sqlite3
from dataclasses import replace
from pathlib import Path

from connector.store.database import Store
from tests.faults.company import company
from tests.faults.lives import Life, Order, mother
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.state import state_of

PEOPLE = 2000
_CLEAN = {"StoreError", "StopError"}


def take(places: Places, times: int) -> Outcome:
    """Fill the disk so often, each time at another point between the empty and the complete database."""
    outcome = Outcome("disk full", wrong=none_of("unclean errors", "corrupt", "not resumed", "lost or doubled"))
    chance = random.Random(20261123)
    empty = places.databases.migrated("sqlite")
    with company(PEOPLE) as address, mother() as lives:
        order = Order("", str(places.mappings), "hr/bench", address.before, 200)
        whole = replace(order, database=places.databases.copy(empty))
        Life(lives, whole).end()
        expected = state_of(Store(whole.database))
        least, most = _path(empty).stat().st_size, _path(whole.database).stat().st_size
        for number in range(times):
            point = least + round((most - least) * (number + chance.random()) / times * 0.9)
            order = replace(order, database=places.databases.copy(empty))
            said = Life(lives, replace(order, file_bytes=point)).end()
            outcome.times += 1
            outcome.told[said.how] += 1
            outcome.wrong["unclean errors"] += said.how not in _CLEAN
            outcome.wrong["corrupt"] += _check(order.database) != "ok"
            again = Life(lives, order).end()
            outcome.wrong["not resumed"] += again.how != "done"
            found = state_of(Store(order.database))
            lost, doubled = expected - found, found - expected
            outcome.wrong["lost or doubled"] += lost.total() + doubled.total()
            outcome.details += [f"lost: {row}" for row in list(lost)[:3]] + [
                f"doubled: {row}" for row in list(doubled)[:3]
            ]
            outcome.details.append(f"full at {point} of {most}: {said.how} {said.sentence} {said.trace}; then {again}")
            places.databases.drop(order.database)
    return outcome


def _path(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _check(url: str) -> str:
    with sqlite3.connect(_path(url)) as database:
        return str(database.execute("PRAGMA integrity_check").fetchone()[0])
