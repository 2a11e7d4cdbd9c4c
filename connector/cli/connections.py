"""`pop connections`: how every source is."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from connector.cli import main
from connector.cli.groups import opened
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.connections import Connection, list_connections

_HEADINGS = ["source", "reads", "state", "last good run", "next run", "records", "quarantine", "review", "credential"]


@main.command(short_help="How every source is, and what waits there.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def connections(context: click.Context, as_json: bool) -> None:
    """How every source is, when it was last read and will be next, and what waits there.

    Exit code 0: all is well. 1: a source failed. 2: one waits for a person.
    """
    with opened(context) as installation:
        found = list_connections(OPERATOR, installation)
    if as_json:
        print_json([asdict(connection) for connection in found])
    else:
        print_table(_HEADINGS, [_row(connection) for connection in found])
        for connection in found:
            if connection.message:
                click.echo(f"{connection.name}, run {connection.run}: {connection.message}")
    states = {connection.state for connection in found}
    sys.exit(1 if "failed" in states else 2 if "waits" in states else 0)


def _row(connection: Connection) -> list[str]:
    good, planned = connection.last_good_at, connection.next_run_at
    return [
        connection.name,
        connection.title,
        connection.state,
        f"{good:%Y-%m-%d %H:%M} UTC (run {connection.last_good_run})" if good else "none",
        f"{planned:%Y-%m-%d %H:%M} UTC" if planned else "none",
        str(connection.records),
        str(connection.quarantine),
        str(connection.review),
        _credential(connection),
    ]


def _credential(connection: Connection) -> str:
    left = connection.days_left
    if left is None:
        return ""
    if left < 0:
        return f"ended on {connection.credential_expires_on}"
    mark = "!" if connection.is_ending else ""
    return f"{left} days left{mark}"
