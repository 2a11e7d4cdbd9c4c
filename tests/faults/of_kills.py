"""kill -9 at random moments of a sync: after the last restart the database knows exactly what an undisturbed one does.

Two runs are killed in turn: the first load of everybody, and the run a day later, when some have changed or gone.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass, replace

from connector.store.database import Store
from tests.faults.company import GONE, company
from tests.faults.lives import Life, Mother, Order, mother
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.state import State, missing_in, state_of

PEOPLE = 5000
_PAGE = 200


@dataclass(frozen=True, slots=True)
class _Undisturbed:
    """One kind of run: where it starts, what it leaves behind, how long it takes."""

    order: Order
    begins: str  # the database that it begins with
    state: State
    missing: int
    seconds: float


def take(places: Places, backend: str, times: int, people: int = PEOPLE) -> Outcome:
    """Kill so often; every run that was killed at least once is brought to its end and compared."""
    outcome = Outcome(f"kill -9 on {backend}", wrong=none_of("lost", "doubled", "falsely missing", "not ended"))
    chance = random.Random(20261123)
    with company(people) as address, mother() as lives:
        base = Order("", str(places.mappings), "hr/bench", address.before, _PAGE)
        first = _undisturbed(places, lives, base, places.databases.migrated(backend), missing=0)
        second = _undisturbed(
            places, lives, replace(base, url=address.after, days=1), first.order.database, missing=GONE
        )
        while outcome.times < times:
            kind = first if outcome.told["runs brought to their end"] % 2 == 0 else second
            _series(places, lives, kind, times, chance, outcome)
    return outcome


def _undisturbed(places: Places, lives: Mother, order: Order, begins: str, missing: int) -> _Undisturbed:
    """A run that nobody disturbs, on a copy: `begins` stays as it is."""
    order = replace(order, database=places.databases.copy(begins))
    began = time.monotonic()
    said = Life(lives, order).end()
    seconds = time.monotonic() - began
    if said.how != "done":
        raise RuntimeError(f"an undisturbed run ended with {said}")
    store = Store(order.database)
    state, found = state_of(store), missing_in(store)
    store.close()
    if found != missing:
        raise RuntimeError(f"an undisturbed run holds {found} records to be missing, not {missing}")
    return _Undisturbed(order, begins, state, missing, seconds)


def _series(
    places: Places, lives: Mother, kind: _Undisturbed, times: int, chance: random.Random, outcome: Outcome
) -> None:
    """One run from its beginning to its end, killed on its way as often as it goes."""
    order = replace(kind.order, database=places.databases.copy(kind.begins))
    said = None
    while said is None and outcome.times < times:
        said = Life(lives, order).kill(kind.seconds * 0.6 * chance.random())
        outcome.times += said is None
    said = said or Life(lives, order).end()
    if said.how != "done":
        outcome.wrong["not ended"] += 1
        outcome.details.append(f"{said.how}: {said.sentence} {said.trace}")
    _compare(order.database, kind, outcome)
    outcome.told["runs brought to their end"] += 1
    places.databases.drop(order.database)


def _compare(database: str, kind: _Undisturbed, outcome: Outcome) -> None:
    store = Store(database)
    found, missing = state_of(store), missing_in(store)
    store.close()
    lost, doubled = kind.state - found, found - kind.state
    outcome.wrong["lost"] += lost.total()
    outcome.wrong["doubled"] += doubled.total()
    outcome.wrong["falsely missing"] += max(0, missing - kind.missing)
    outcome.details += [f"lost: {row}" for row in list(lost)[:3]] + [f"doubled: {row}" for row in list(doubled)[:3]]
