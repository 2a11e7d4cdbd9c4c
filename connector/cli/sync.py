"""`pop sync`: read an HR system or a catalogue."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.groups import named_source, opened, say
from connector.cli.output import print_json, print_table, sync_progress
from connector.cli.token import OPERATOR
from connector.domain.access import TIMER
from connector.errors import GuardError, PopError
from connector.services.connections import list_connections
from connector.services.installation import Installation
from connector.services.quarantine import columns_of
from connector.services.runs import find_run
from connector.services.sync import apply_plan, reject_plan, run_sync
from connector.sync.engine import Progress
from connector.sync.report import Counts, FieldChange, RunReport

_TOLD = 20
_FEW = 5
_READ = "source"
_COLUMNS = ("read", "new", "changed", "same", "quarantined", "waiting", "out_of_scope", "missing")


class _SourceGroup(click.Group):
    """`pop sync SOURCE` beside `pop sync apply RUN` and `pop sync reject RUN`; its options may stand before SOURCE."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = [_READ, *args]
        return super().parse_args(context, args)


class _SourceCommand(click.Command):
    """Its own name is not typed, so its help does not show it."""

    def format_usage(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        path = context.command_path.removesuffix(f" {_READ}")
        formatter.write_usage(path, " ".join(self.collect_usage_pieces(context)))


@main.group(cls=_SourceGroup, short_help="Read a source and take over what is new or changed.")
def sync() -> None:
    """Read a source (a [sources.NAME] of the settings) and take over what is new or changed:

    \b
        pop sync SOURCE              read and write; the first time it makes a plan and waits
        pop sync SOURCE --dry-run    make a plan, write nothing of it
        pop sync apply RUN           write exactly that plan
        pop sync reject RUN          throw it away

    Exit code 0: done. 1: failed, the sentence says why. 2: it waits for a person.
    """


@sync.command(_READ, cls=_SourceCommand, hidden=True)
@click.argument("source")
@click.option("--dry-run", is_flag=True, help="Make a plan of what would change, and write nothing of it.")
@click.option("--accept", is_flag=True, help="Write without asking: you know what is in the source.")
@click.option("--full", is_flag=True, help="Read everything, also where the source can tell what has changed.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def sync_source(context: click.Context, source: str, dry_run: bool, accept: bool, full: bool, as_json: bool) -> None:
    """Read SOURCE and take over what is new or changed."""

    def work(installation: Installation, progress: Progress) -> RunReport:
        named_source(context, installation, source)
        return run_sync(TIMER, installation, source, dry_run=dry_run, accept=accept, full=full, progress=progress)

    _do(context, work, {"source": source}, as_json, is_asked=dry_run)


@sync.command("apply", short_help="Write exactly what a waiting run has planned.")
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def sync_apply(context: click.Context, run: int, as_json: bool) -> None:
    """Write exactly what RUN has planned, or say what has moved on since."""

    def work(installation: Installation, progress: Progress) -> RunReport:
        find_run(OPERATOR, installation, run)
        return apply_plan(TIMER, installation, run, progress=progress)

    _do(context, work, {"run": run}, as_json)


@sync.command("reject", short_help="Throw a waiting run away.")
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def sync_reject(context: click.Context, run: int, as_json: bool) -> None:
    """Throw RUN away. Nothing of it was written; the next run reads the source again."""
    with opened(context) as installation:
        find_run(OPERATOR, installation, run)
        reject_plan(TIMER, installation, run)
    say(as_json, {"run": run, "state": "rejected"}, f"Run {run} is rejected. Nothing of it was written.")


def _do(
    context: click.Context,
    work: Callable[[Installation, Progress], RunReport],
    named: dict[str, Any],
    as_json: bool,
    *,
    is_asked: bool = False,
) -> None:
    installation = open_installation(settings_of(context))
    try:
        with sync_progress() as progress:
            report = work(installation, progress)
        columns = columns_of(OPERATOR, installation, report.source)
        is_empty = not report.totals.received and _holds_nothing(installation, report.source)
    except PopError as error:
        if as_json:
            print_json({"ok": False, **named, "error": type(error).__name__, "message": error.sentence()})
        click.echo(f"pop: {error}", err=True)
        sys.exit(2 if isinstance(error, GuardError) else 1)
    finally:
        installation.store.close()
    if as_json:
        print_json(report.as_json())
    else:
        _show(report, columns)
        if is_empty:
            click.echo("There is no record in it yet. Fill it in, or make the export; then run this again.")
    if report.is_plan and not is_asked:
        sys.exit(2)


def _holds_nothing(installation: Installation, source: str) -> bool:
    """Whether we have no record of it; one that only tells what has changed sends nothing either."""
    return all(one.records == 0 for one in list_connections(OPERATOR, installation) if one.name == source)


def _show(report: RunReport, columns: Mapping[tuple[str, str], str]) -> None:
    head = f"Plan {report.number} of {report.source}: nothing is written yet"
    click.echo(head if report.is_plan else f"Run {report.number} of {report.source}: {report.state}")
    rows = [[name, *_numbers(counts)] for name, counts in report.resources.items()]
    print_table(["", *(name.replace("_", " ") for name in _COLUMNS)], [*rows, ["total", *_numbers(report.totals)]])
    if report.message and not report.is_plan:
        click.echo(report.message)
    told = [(one, one.with_column(columns.get((one.resource, one.field)))) for one in report.problems]
    _tell("Look at:", [text for one, text in told if not one.needs_a_word])
    _tell("Waiting for a person's word:", [text for one, text in told if one.needs_a_word], _FEW)
    _tell("Changes:", [_sentence(change) for change in report.changes if change.action != "new"])
    _show_next(report, sum(one.needs_a_word for one in report.problems))


def _show_next(report: RunReport, doubtful: int) -> None:
    """The commands that come after this one."""
    if held := report.totals.quarantined:
        click.echo(
            f"In quarantine: {held} of these records. What they look like, and what can be done: "
            f"pop quarantine {report.source}"
        )
    if doubtful:
        click.echo(
            f"Waiting for a person's word: {doubtful} records. To say whom they speak of: pop review {report.source}"
        )
    if report.is_plan:
        click.echo(f"Record by record: pop runs show {report.number}")
        click.echo(f"To write exactly this: pop sync apply {report.number}")
        click.echo(f"To throw it away: pop sync reject {report.number}")


def _tell(heading: str, lines: list[str], most: int = _TOLD) -> None:
    if not lines:
        return
    click.echo(heading)
    for line in lines[:most]:
        click.echo(f"  {line}")
    if len(lines) > most:
        click.echo(f"  … and {len(lines) - most} more (--json tells up to 200)")


def _sentence(change: FieldChange) -> str:
    if change.field is None:
        return f"{change.resource} {change.key}: {change.action} ({change.cause})"
    return f"{change.resource} {change.key}: {change.field} {change.old!r} -> {change.new!r} ({change.cause})"


def _numbers(counts: Counts) -> list[str]:
    found = counts.as_dict()
    return [str(found[name]) for name in _COLUMNS]
