"""`pop quarantine`: the records that could not be taken over."""

from __future__ import annotations

from dataclasses import asdict

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.quarantine import QuarantineEntry, list_quarantine


@main.command(short_help="Show the records that could not be taken over, and why.")
@click.argument("source", required=False)
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@click.pass_context
def quarantine(context: click.Context, source: str | None, as_json: bool) -> None:
    """Show the records that could not be taken over, of SOURCE or of all, and why. Mend them in the source."""
    installation = open_installation(settings_of(context))
    entries = list_quarantine(OPERATOR, installation, source)
    installation.store.close()
    if as_json:
        print_json([asdict(entry) for entry in entries])
    elif not entries:
        click.echo("Nothing is in quarantine.")
    else:
        print_table(["source", "record", "what is wrong", "since", "times"], [_row(entry) for entry in entries])


def _row(entry: QuarantineEntry) -> list[str]:
    key = "without a key" if entry.key.startswith("?") else entry.key
    field = f"{entry.field}: " if entry.field else ""
    found = f" (found {entry.kind})" if entry.kind else ""
    since = f"{entry.first_seen_at:%Y-%m-%d}"
    return [entry.source, f"{entry.resource} {key}", f"{field}{entry.reason}{found}", since, str(entry.times)]
