"""Working rows off, one at a time: claim, do, settle. An error settles its row and never ends the loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from threading import Event

import structlog

from connector.domain.access import TIMER
from connector.services.installation import Installation
from connector.services.work import Claim, Queue, claim_next, finish, give_back
from jobs.handlers import LEASE, LEASES, Handler

log = structlog.get_logger("pop.jobs")


@dataclass(frozen=True, slots=True)
class Worker:
    """`name` tells workers apart in the rows; `lease` is for kinds that have none of their own."""

    installation: Installation
    name: str
    stop: Event
    lease: timedelta = LEASE


def work_off(worker: Worker, queue: Queue, handlers: Mapping[str, Handler]) -> Counter[str]:
    """Everything that is due now, until nothing is or `stop` is set; counts done, waiting, parked and lost."""
    tally: Counter[str] = Counter()
    by_lease: dict[timedelta, list[str]] = {}
    for kind in handlers:
        by_lease.setdefault(LEASES.get(kind, worker.lease), []).append(kind)
    for lease, kinds in by_lease.items():
        while not worker.stop.is_set():
            claim = claim_next(TIMER, worker.installation, queue, kinds=kinds, worker=worker.name, lease=lease)
            if claim is None:
                break
            tally[_do(worker, claim, handlers[claim.kind])] += 1
    return tally


def _do(worker: Worker, claim: Claim, handler: Handler) -> str:
    try:
        handler(claim)
    except Exception as error:  # whatever it is, the row says so and the next one gets its turn
        state = give_back(TIMER, worker.installation, claim, error)
        log.warning(
            "work failed", work=claim.kind, number=claim.id, attempt=claim.attempts, state=state, exc_info=error
        )
        return state
    return "done" if finish(TIMER, worker.installation, claim) else "lost"
