"""How commands speak: results on stdout, progress on stderr and only on a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from connector.sync.engine import Progress as SyncProgress

_UNSEEN = 10_000  # columns where nobody looks: each row is one line, for grep and the like


def print_json(value: Any) -> None:
    """One line of JSON on stdout."""
    click.echo(json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str))


def print_table(headings: list[str], rows: list[list[str]]) -> None:
    """A table on stdout, or "none"; as wide as the terminal, or as it needs to be when nobody looks."""
    if not rows:
        click.echo("none")
        return
    table = Table(*headings, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console() if sys.stdout.isatty() else Console(width=_UNSEEN)
    console.print(table, markup=False)


@contextmanager
def sync_progress() -> Iterator[SyncProgress]:
    """A bar per resource on a terminal, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _resource, _done, _total: None
        return
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
    ) as bars:
        tasks: dict[str, Any] = {}

        def show(resource: str, done: int, total: int | None) -> None:
            if resource not in tasks:
                tasks[resource] = bars.add_task(resource, total=total)
            bars.update(tasks[resource], completed=done, total=total)

        yield show
