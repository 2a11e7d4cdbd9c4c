"""`pop runs`: what was read, changed and refused, run by run; and the plan of one that waits."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace
from typing import Any

import click

from connector.cli import main
from connector.cli.groups import WithDefault, opened
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.paging import PageRequest
from connector.services.run_plan import ACTIONS, PlanRecord, list_changes
from connector.services.runs import STATES, Run, find_run, list_runs

_READER = replace(OPERATOR, language="en")  # commands speak English
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
_PAGE = click.option("--page", type=click.IntRange(min=1, max=10**9), default=1, help="Which page, from 1.")
_COUNTS = ("read", "new", "changed", "same", "quarantined", "waiting", "missing")
_LISTED = 20
_SHOWN = 50


@main.group(cls=WithDefault, default="list", short_help="What was read and changed, run by run.")
def runs() -> None:
    """What was read, changed and refused, run by run.

    \b
        pop runs                the newest runs
        pop runs show RUN       one run; of one that waits, its plan record by record
    """


@runs.command("list", short_help="The newest runs.")
@click.option("--source", help="Of this source only.")
@click.option("--state", type=click.Choice(STATES))
@_PAGE
@_JSON
@click.pass_context
def list_(context: click.Context, source: str | None, state: str | None, page: int, as_json: bool) -> None:
    """The runs of all sources, the newest first."""
    with opened(context) as installation:
        found = list_runs(_READER, installation, PageRequest(page, _LISTED), source=source, state=state)
    if as_json:
        print_json({"total": found.total, "runs": [_document(run) for run in found.items]})
    else:
        print_table(["run", "source", "state", "began", *_COUNTS], [_row(run) for run in found.items])


@runs.command(short_help="One run, and what it changes.")
@click.argument("number", metavar="RUN", type=click.IntRange(min=1, max=2**63 - 1))
@click.option("--resource", help="Records of this list only.")
@click.option("--action", type=click.Choice(ACTIONS), help="Records with this action only.")
@_PAGE
@_JSON
@click.pass_context
def show(
    context: click.Context, number: int, resource: str | None, action: str | None, page: int, as_json: bool
) -> None:
    """One run: how far it is, what must be looked at, and what it changes or has changed.

    Exit code 0: it is done or at work. 1: it failed. 2: it waits for a person.
    """
    with opened(context) as installation:
        run = find_run(_READER, installation, number)
        asked = PageRequest(page, _SHOWN)
        changes = list_changes(_READER, installation, number, asked, resource=resource, action=action)
    if as_json:
        records = [asdict(record) for record in changes.items]
        print_json({**_document(run), "changes": {"total": changes.total, "records": records}})
    else:
        _show(run)
        for record in changes.items:
            _tell(record)
        if changes.total > page * _SHOWN:
            click.echo(f"… {changes.total} records in all; go on with --page {page + 1}")
    sys.exit({"failed": 1, "waits": 2}.get(run.state, 0))


def _show(run: Run) -> None:
    doing = f", {run.phase}" if run.state == "running" else ""
    click.echo(f"Run {run.number} of {run.source}: {run.state}{doing} ({run.kind}, {run.mode})")
    rows = [
        [scan.resource, scan.state, f"{scan.received} of {scan.total or '?'}", *_numbers(scan.counts.as_dict())]
        for scan in run.scans
    ]
    print_table(["", "state", "received", *_COUNTS], rows)
    for guard in run.guards:
        click.echo(f"Look at: {guard.sentence}. {guard.hint}".rstrip())
    if run.message:
        click.echo(run.message)
    if run.order is not None:
        click.echo(
            f"Allowed by {run.order.by or 'an operator'} on {run.order.at:%Y-%m-%d %H:%M} UTC: it is written soon."
        )
    if run.decided_at is not None:
        click.echo(f"Decided by {run.decided_by or 'an operator'} on {run.decided_at:%Y-%m-%d %H:%M} UTC.")
    click.echo(run.who_must_act)


def _tell(record: PlanRecord) -> None:
    name = f" ({record.name})" if record.name else ""
    found = f", found by {record.match}" if record.match else ""
    why = f" [{record.cause}]" if record.cause else ""
    click.echo(f"{record.resource} {record.key}{name}: {record.action}{found}{why}")
    for line in record.fields:
        click.echo(f"    {line.field}: {line.old!r} -> {line.new!r} [{line.cause}]")


def _row(run: Run) -> list[str]:
    return [
        str(run.number),
        run.source,
        run.state,
        f"{run.started_at:%Y-%m-%d %H:%M} UTC",
        *_numbers(run.counts.as_dict()),
    ]


def _numbers(counts: dict[str, int]) -> list[str]:
    return [str(counts[name]) for name in _COUNTS]


def _document(run: Run) -> dict[str, Any]:
    return {**asdict(run), "acts": run.acts, "who_must_act": run.who_must_act}
