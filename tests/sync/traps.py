"""A small HR system over HTTP with the bad habits of real ones, and a way to sync it."""

from __future__ import annotations

import functools
import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from unittest.mock import patch

import responses

from connector.domain.access import TIMER
from connector.http.limits import Timing
from connector.services import sync
from connector.services.installation import Installation
from connector.sources.opened import open_reader
from connector.store.people import PersonCard, person_cards
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sources.rest_host import Answer, Asked, RestHost

NAMES = ("Alice Peeters", "Bob Yilmaz", "Dirk Claes", "Els Maes", "Farid Amrani")
OFFSET = 'total = "total"\npagination = { kind = "offset", default_size = 100 }'
CHANGES = 'since = { params = { since = "{since}" } }'


def mapping(
    read: str = OFFSET, *, people: str = "", fields: str = "", limits: str = "", before: str = "", after: str = ""
) -> str:
    """A mapping file for it: what a test adds to the `read` table of people, to people, and before and after them."""
    return f"""
title = "A system with a trap"
kind = "hr"
protocol = "rest"
grade = "paper"
[connection]
auth = "bearer"
[limits]
{limits}
{before}
[resources.people]
target = "employee"
key = "id"
{people}
[resources.people.read]
path = "people"
records = "rows"
{read}
[resources.people.fields]
display_name = "name"
status = {{ value = "active" }}
{fields}
{after}
"""


def person(number: int, changed: str = "2026-11-20T09:00:00Z", **more: Any) -> dict[str, Any]:
    return {"id": number, "name": NAMES[number - 1], "changed": changed, **more}


Habit = Callable[[str, Asked], Answer | None]


def well_behaved(_table: str, _asked: Asked) -> Answer | None:
    """Answers as it should."""
    return None


@dataclass
class System:
    """Tables of rows, in pages of at most `clamp` rows whatever is asked.

    It keeps to `offset`, `above` (an id) and `since` (at or after, by the row's `changed`). `says` is another count
    than it has. `habit(table, asked)` is called first: it may change the rows, answer itself, or kill the run.
    """

    tables: dict[str, list[dict[str, Any]]]
    clamp: int = 2
    says: int | None = None
    habit: Habit = well_behaved
    host: RestHost = field(init=False)

    def __post_init__(self) -> None:
        self.host = RestHost(self.answer)

    @property
    def people(self) -> list[dict[str, Any]]:
        return self.tables["people"]

    def asked(self, table: str = "people") -> list[dict[str, str]]:
        """What was asked of a table, call by call."""
        return [query for path, query in self.host.asked if path.endswith(f"/{table}")]

    def answer(self, path: str, asked: Asked) -> Any:
        table = path.rpartition("/")[2]
        said = self.habit(table, asked)
        if said is not None:
            return said
        rows = [row for row in self.tables[table] if row["id"] > int(asked.get("above", 0))]
        rows = [row for row in rows if row.get("changed", "") >= asked.get("since", "")]
        begin, size = int(asked.get("offset", 0)), min(int(asked.get("limit", 100)), self.clamp)
        return {"rows": rows[begin : begin + size], "total": len(rows) if self.says is None else self.says}


def status(code: int, **headers: str) -> Answer:
    return code, {name.replace("_", "-"): value for name, value in headers.items()}, json.dumps({"rows": []})


@dataclass
class Synced:
    """An installation that syncs that system; `waits` are the seconds that it would have waited."""

    installation: Installation
    clock: Clock
    waits: list[float] = field(default_factory=list)

    def __call__(self, **options: Any) -> RunReport:
        options.setdefault("mode", Mode.ROUTINE)
        return sync.run_sync(TIMER, self.installation, "hr", **options)

    def days_later(self, days: int) -> None:
        self.clock.now += timedelta(days=days)

    def cards(self) -> dict[str, PersonCard]:
        """Who is there today, by first name."""
        with self.installation.store.read() as session:
            found = person_cards(session, 1, self.installation.today())
        return {card.name.split()[0]: card for card in found.values()}

    @property
    def statuses(self) -> dict[str, str]:
        return {name: card.status for name, card in self.cards().items()}

    @property
    def titles(self) -> dict[str, str | None]:
        return {name: card.job_title for name, card in self.cards().items()}


@contextmanager
def answering(system: System, synced: Synced) -> Iterator[None]:
    """The system answers, and nobody waits for it."""
    timing = Timing(lambda: time.monotonic() + sum(synced.waits), synced.waits.append)
    with (
        responses.RequestsMock(assert_all_requests_are_fired=False) as network,
        patch.object(sync, "open_reader", functools.partial(open_reader, timing=timing)),
    ):
        system.host.listen(network)
        yield
