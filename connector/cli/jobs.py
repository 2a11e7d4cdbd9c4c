"""`pop jobs` and `pop work`: what happens by itself, and what waits for a person."""

from __future__ import annotations

import re
import sys

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.domain.access import TIMER
from connector.logs import set_up_logs
from connector.services.work import parked_rows, retry_row
from jobs.__main__ import run_jobs


@main.command(short_help="Do what has to happen by itself.")
@click.option("--once", is_flag=True, help="Do what is due now, then stop.")
@click.pass_context
def jobs(context: click.Context, once: bool) -> None:
    """Do what has to happen by itself: nightly syncs, planning, invitations, reminders."""
    set_up_logs()
    sys.exit(run_jobs(settings_of(context), once=once))


@main.group(short_help="Work and messages that failed five times.")
def work() -> None:
    """Work and messages that failed five times: look, and try again."""


@work.command("list")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def list_parked(context: click.Context, as_json: bool) -> None:
    """What waits for a person, with its reason."""
    installation = open_installation(settings_of(context))
    try:
        rows = parked_rows(TIMER, installation)
    finally:
        installation.store.close()
    if as_json:
        print_json([{"queue": row.queue, "id": row.id, "kind": row.kind, "reason": row.reason} for row in rows])
    elif rows:
        print_table(
            ["row", "kind", "tries", "reason"],
            [[f"{row.queue}:{row.id}", row.kind, str(row.attempts), row.reason or ""] for row in rows],
        )
    else:
        click.echo("Nothing waits for a person.")


@work.command(short_help="Try a parked row again.")
@click.argument("row")
@click.pass_context
def retry(context: click.Context, row: str) -> None:
    """Try a parked ROW (as `pop work list` names it, e.g. outbox:12) again."""
    queue, _, number = row.partition(":")
    if not queue or not re.fullmatch("[0-9]+", number):
        raise click.BadParameter("name it as `pop work list` names it, e.g. outbox:12.", param_hint="ROW")
    installation = open_installation(settings_of(context))
    try:
        retry_row(TIMER, installation, queue, int(number))
    finally:
        installation.store.close()
    click.echo("It will be tried again.")
