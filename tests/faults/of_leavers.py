"""More than a tenth of the staff is gone at once: not one fact is written before a person said yes."""

from __future__ import annotations

from connector.store.database import Store
from tests.faults.employed import ended_in
from tests.faults.front import front
from tests.faults.installed import installation, run
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.state import state_of
from tests.faults.systems import EMPLOYERS

PEOPLE = 100
_ALLOWED = PEOPLE // 10
# What is only mentioned (the unit of an employee) has the hash of whoever mentions it first: no fact.
_HASH = frozenset({"hash"})


def take(places: Places) -> Outcome:
    """For every connector: 11, 50 and all of 100 are gone; then 10, which is a normal day."""
    outcome = Outcome("mass deletion", wrong=none_of("written without approval", "not stopped", "stopped for nothing"))
    for make in EMPLOYERS.values():
        employer = make(PEOPLE)
        with front(employer) as host:
            store = Store(places.databases.migrated("sqlite"))
            where = {"url": host.url, "page_size": 50, **employer.connection}
            found = installation(store, places.mappings, employer.mapping, **where)
            run(found, accept=True)
            before = state_of(store, leave_out=_HASH)
            for gone in (_ALLOWED + 1, PEOPLE // 2, PEOPLE):
                employer.keep(employer.everybody[gone:])
                how = run(found).how
                outcome.times += 1
                outcome.told[how] += 1
                outcome.wrong["not stopped"] += how == "done"
                after = state_of(store, leave_out=_HASH)
                outcome.wrong["written without approval"] += ((after - before) + (before - after)).total()
                outcome.details += [
                    f"{employer.mapping}, {gone} gone, {how}: {row}" for row in list(after - before)[:3]
                ]
            employer.keep(employer.everybody[_ALLOWED:])
            how = run(found).how
            outcome.wrong["stopped for nothing"] += how != "done" or ended_in(store, PEOPLE) != _ALLOWED
            store.close()
    return outcome
