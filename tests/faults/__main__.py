"""The command: take every fault often, and say one line of counts per fault."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import click

from tests.bench.databases import Databases
from tests.faults import of_bad_answers, of_full_disk, of_kills, of_leavers, of_poison, of_stopped_database
from tests.faults.outcome import Outcome
from tests.faults.places import Places

Take = Callable[[Places, int], Outcome | None]
# Later faults join here: a name for --only, and what takes it.
FAULTS: dict[str, Take] = {
    "kill-sqlite": lambda places, times: of_kills.take(places, "sqlite", times),
    "kill-postgresql": lambda places, times: of_kills.take(places, "postgresql", times),
    "bad-answers": lambda places, _: of_bad_answers.take(places),
    "leavers": lambda places, _: of_leavers.take(places),
    "poison": lambda places, _: of_poison.take(places),
    "full-disk": lambda places, times: of_full_disk.take(places, times // 5),
    "stopped-database": lambda places, times: of_stopped_database.take(places, times // 5),
}


@click.command()
@click.option("--only", default="", help="Those whose name begins so.")
@click.option(
    "--times", default=100, show_default=True, type=click.IntRange(min=5), help="Kills; others a fifth of it."
)
def main(only: str, times: int) -> None:
    """Take the faults."""
    outcomes: list[Outcome] = []
    left_out: list[str] = []
    for name, take in FAULTS.items():
        if not name.startswith(only):
            continue
        if name == "kill-postgresql" and not os.environ.get("POP_TEST_POSTGRESQL"):
            left_out.append(f"{name}: left out, POP_TEST_POSTGRESQL names no server")
            continue
        outcome = _take(take, times)
        if outcome is None:
            left_out.append(f"{name}: left out, this machine has no PostgreSQL to start")
            continue
        outcomes.append(outcome)
        click.echo("\n".join([outcome.line, *([] if outcome.is_good else outcome.details)]), err=True)
    click.echo("\n".join([*(outcome.line for outcome in outcomes), *left_out]))
    sys.exit(0 if all(outcome.is_good for outcome in outcomes) else 1)


def _take(take: Take, times: int) -> Outcome | None:
    with tempfile.TemporaryDirectory() as folder:
        databases = Databases(Path(folder))
        try:
            return take(Places(Path(folder), databases), times)
        finally:
            databases.drop_all()


if __name__ == "__main__":
    main()
