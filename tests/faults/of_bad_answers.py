"""Bad behaviours of the HR side after a good first sync, against three connectors: nobody's employment is ended, each
run ends in a stated error or waits for a person, and the next good run finds nothing to do."""

from __future__ import annotations

import time
from contextlib import nullcontext

from connector.store.database import Store
from tests.faults.behaviours import Behaviour, behaviours
from tests.faults.employed import ended_in
from tests.faults.front import Front, front
from tests.faults.installed import installation, run, short_limits
from tests.faults.outcome import Outcome, none_of
from tests.faults.places import Places
from tests.faults.systems import EMPLOYERS, PAGE, Employer

PEOPLE = 40
_SECONDS = 6  # a bad run with short limits takes less; more means that a limit does not hold


def take(places: Places, only: str | None = None) -> Outcome:
    """Every behaviour against every connector (or only one)."""
    outcome = Outcome(
        "bad answers", wrong=none_of("wrongly ended", "without an error", "crashed", "too slow", "not healed")
    )
    for name, make in EMPLOYERS.items():
        if only in (None, name):
            employer = make(PEOPLE)
            with front(employer) as host, short_limits():
                loaded = _loaded(places, employer, host)
                for behaviour in behaviours():
                    if employer.add_to_total or not behaviour.needs_total:
                        _behave(places, loaded, employer, host, behaviour, outcome)
    return outcome


def _loaded(places: Places, employer: Employer, host: Front) -> str:
    url = places.databases.migrated("sqlite")
    store = Store(url)
    _sync(places, store, employer, host.url, accept=True)
    if ended_in(store, PEOPLE):
        raise RuntimeError(f"the good sync of {employer.mapping} did not bring everybody")
    store.close()
    return url


def _behave(
    places: Places, loaded: str, employer: Employer, host: Front, behaviour: Behaviour, outcome: Outcome
) -> None:
    url = places.databases.copy(loaded)
    store = Store(url)
    with behaviour.elsewhere or nullcontext(host.url) as address:
        host.value, host.wire = behaviour.value, behaviour.wire
        began = time.monotonic()
        how = _sync(places, store, employer, address)
        seconds = time.monotonic() - began
        host.value = host.wire = None
    title = f"{employer.mapping}, {behaviour.name}: {how} after {seconds:.1f} s"
    ended = ended_in(store, PEOPLE)
    healed = _sync(places, store, employer, host.url)
    problems = {
        "wrongly ended": ended,
        "without an error": how == "done",
        "crashed": how.startswith("crashed"),
        "too slow": seconds > _SECONDS,
        "not healed": healed != "done" or ended_in(store, PEOPLE) > 0,
    }
    outcome.times += 1
    outcome.told[how.partition(" ")[0]] += 1
    outcome.wrong.update({what: int(count) for what, count in problems.items()})
    if any(problems.values()):
        outcome.details.append(
            f"{title}; { ({what: count for what, count in problems.items() if count}) }; then {healed}"
        )
    store.close()
    places.databases.drop(url)


def _sync(places: Places, store: Store, employer: Employer, url: str, *, accept: bool = False) -> str:
    """How it ended: `done`, the kind of an error of ours, or `crashed` and why."""
    found = installation(store, places.mappings, employer.mapping, url=url, page_size=PAGE, **employer.connection)
    try:
        return run(found, accept=accept).how
    except Exception as error:
        return f"crashed {type(error).__name__}: {error}"
