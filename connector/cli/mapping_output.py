"""What the tools of a mapping show on a terminal, and what `drift` remembers."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from connector.assembly import open_installation
from connector.cli import settings_of
from connector.cli.output import print_table
from connector.errors import InputError
from connector.services.installation import Installation
from connector.services.mapping_drift import DriftReport
from connector.services.mapping_trials import Trial, TriedResource

_LONGEST = 60


@contextmanager
def opened(context: click.Context) -> Iterator[Installation]:
    """The installation of this call of `pop`; its database is closed at the end."""
    installation = open_installation(settings_of(context))
    try:
        yield installation
    finally:
        installation.store.close()


def show_trials(found: list[TriedResource]) -> None:
    """Each record as a table of its fields."""
    for resource in found:
        click.echo(f"{resource.name} ({resource.target})" + ("" if resource.trials else ": no records"))
        if resource.refused:
            click.echo(f"  {resource.refused}")
        for trial in resource.trials:
            record = trial.record
            click.echo(f"\n{resource.name} {record.key or 'without a key'}: {trial.action}")
            for problem in record.problems:
                click.echo(f"  {problem}")
            print_table(["field", "in the source", "ours", "now", "problem"], _rows(trial))
        click.echo("")


def _rows(trial: Trial) -> list[list[str]]:
    return [
        [
            field.name,
            _short(field.theirs),
            _short(field.ours),
            _short(trial.before[field.name]) if field.name in trial.before else "",
            field.problem or "",
        ]
        for field in trial.record.fields
    ]


def _short(value: Any) -> str:
    """One line of a value, as JSON; a text as it is."""
    text = value if isinstance(value, str) else "" if value is None else json.dumps(value, ensure_ascii=False)
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"


def show_drift(found: DriftReport) -> None:
    """A line for each field that is not as it was."""
    rows: list[list[str]] = []
    for drift in found.drifts:
        rows += [[drift.resource, name, "gone, and the mapping uses it"] for name in drift.lost]
        rows += [[drift.resource, name, "gone"] for name in drift.gone if name not in drift.lost]
        rows += [[drift.resource, name, "new"] for name in drift.new]
        rows += [[drift.resource, name, f"was {before}, is {now}"] for name, before, now in drift.changed]
        rows += [[drift.resource, name, "used, but in no record that was read"] for name in drift.unseen]
    for name, sentence in found.refused.items():
        click.echo(f"{name}: {sentence}")
    if rows or found.refused:
        print_table(["resource", "field", "what"], rows)
    else:
        click.echo("Nothing is gone, and nothing is new or changed since the last look.")


def read_memory(path: Path) -> dict[str, dict[str, str]] | None:
    """What was offered at the last look; None when there was none."""
    if not path.exists():
        return None
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        return {str(name): {str(key): str(kind) for key, kind in offer.items()} for name, offer in found.items()}
    except (ValueError, AttributeError) as error:
        raise InputError(
            "this is not what a look at a source remembers", where=str(path), todo="Take it away."
        ) from error


def write_memory(path: Path, offers: dict[str, dict[str, str]]) -> None:
    """Names and kinds of fields, for the next look."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(offers, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
