"""One record in a thousand cannot be read: the others pass, and the next run is not blocked by it."""

from __future__ import annotations

from connector.store.database import Store
from tests.faults.employed import employed_in
from tests.faults.front import front
from tests.faults.installed import installation, run
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.systems import EMPLOYERS

PEOPLE = 1000
_SYSTEMS = ("odoo", "linked")  # IceHrm would be asked a thousand times for the skills of one person


def take(places: Places) -> Outcome:
    """A first load with one poisoned record, a run again, a run after it was mended."""
    outcome = Outcome("poison record", wrong=none_of("others stopped", "not told once", "not healed"))
    for name in _SYSTEMS:
        employer = EMPLOYERS[name](PEOPLE)
        poisoned = employer.people[PEOPLE // 2]
        good = dict(poisoned)
        employer.poison(poisoned)
        with front(employer) as host:
            store = Store(places.databases.migrated("sqlite"))
            where = {"url": host.url, "page_size": 200, **employer.connection}
            found = installation(store, places.mappings, employer.mapping, **where)
            for accept in (True, False):
                ended = run(found, accept=accept)
                outcome.times += 1
                outcome.told[ended.how] += 1
                outcome.wrong["others stopped"] += abs(PEOPLE - 1 - employed_in(store))
                told = ended.report.resources["employees"].quarantined if ended.report else 0
                outcome.wrong["not told once"] += told != 1
                outcome.details.append(f"{employer.mapping}: {ended.how} {ended.error or ''}")
            poisoned.update(good)
            ended = run(found)
            outcome.wrong["not healed"] += ended.how != "done" or employed_in(store) != PEOPLE
            store.close()
    return outcome
