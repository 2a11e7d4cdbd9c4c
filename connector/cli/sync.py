"""`pop sync` and `pop sources`: read an HR system or a catalogue."""

from __future__ import annotations

import sys

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table, sync_progress
from connector.domain.access import TIMER
from connector.errors import GuardError, PopError
from connector.services.sync import run_sync
from connector.sync.report import Counts, FieldChange, RunReport

_TOLD = 20
_COLUMNS = ("read", "new", "changed", "same", "quarantined", "waiting", "out_of_scope", "missing")


@main.command(short_help="Read a source and take over what is new or changed.")
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@click.option("--accept", is_flag=True, help="You have looked at what a run stopped for: let it pass this time.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def sync(context: click.Context, source: str, dry_run: bool, accept: bool, as_json: bool) -> None:
    """Read SOURCE (a [sources.NAME] of the settings) and take over what is new or changed.

    Exit code 0: done. 1: failed, the sentence says why. 2: it stopped and waits for a person.
    """
    installation = open_installation(settings_of(context))
    try:
        with sync_progress() as progress:
            report = run_sync(TIMER, installation, source, dry_run=dry_run, accept=accept, progress=progress)
    except PopError as error:
        if as_json:
            print_json({"ok": False, "source": source, "error": type(error).__name__, "message": error.sentence()})
        click.echo(f"pop: {error}", err=True)
        sys.exit(2 if isinstance(error, GuardError) else 1)
    finally:
        installation.store.close()
    if as_json:
        print_json(report.as_json())
    else:
        _show(report)


def _show(report: RunReport) -> None:
    head = f"Dry run of {report.source}, nothing was written"
    click.echo(head if report.number is None else f"Run {report.number} of {report.source}: {report.state}")
    rows = [[name, *_numbers(counts)] for name, counts in report.resources.items()]
    print_table(["", *(name.replace("_", " ") for name in _COLUMNS)], [*rows, ["total", *_numbers(report.totals)]])
    if report.message:
        click.echo(report.message)
    _tell("Look at:", [problem.sentence for problem in report.problems])
    _tell("Changes:", [_sentence(change) for change in report.changes if change.action != "new"])


def _tell(heading: str, lines: list[str]) -> None:
    if not lines:
        return
    click.echo(heading)
    for line in lines[:_TOLD]:
        click.echo(f"  {line}")
    if len(lines) > _TOLD:
        click.echo(f"  … and {len(lines) - _TOLD} more (--json tells up to 200)")


def _sentence(change: FieldChange) -> str:
    if change.field is None:
        return f"{change.resource} {change.key}: {change.action} ({change.cause})"
    return f"{change.resource} {change.key}: {change.field} {change.old!r} -> {change.new!r} ({change.cause})"


def _numbers(counts: Counts) -> list[str]:
    found = counts.as_dict()
    return [str(found[name]) for name in _COLUMNS]
