"""`pop write-back`: what is written to the systems that we read."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.write_back_views import WouldSend, list_written, retry_parked, would_send

_ALL = "list"


@main.command("write-back", short_help="Show what is written to the systems that we read.")
@click.argument("source")
@click.option(
    "--dry-run", is_flag=True, help="Show what waits for SOURCE and what each call would send. Sends nothing."
)
@click.option("--retry", is_flag=True, help="Let what is parked be tried again, once login or mapping was mended.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def write_back(context: click.Context, source: str, dry_run: bool, retry: bool, as_json: bool) -> None:
    """Show what is written to the systems that we read; `pop jobs` does it. `pop write-back list` shows what was.

    SOURCE is a name of [sources] in the settings; only one with write_back = true is written to. Exit code of
    --dry-run: 0, or 2 when something waits for a person.
    """
    if source != _ALL and dry_run == retry:
        raise click.UsageError("say --dry-run or --retry; `pop jobs` sends what waits.")
    installation = open_installation(settings_of(context))
    try:
        if source == _ALL:
            written = list_written(OPERATOR, installation)
        elif retry:
            count = retry_parked(OPERATOR, installation, source)
        else:
            waiting = would_send(OPERATOR, installation, source)
            is_off = not installation.sources[source].write_back
    finally:
        installation.store.close()
    if source == _ALL:
        rows = [
            [one.source, one.subject, one.record, one.their_id or "", _day(one.written_at), one.note or ""]
            for one in written
        ]
        _out(as_json, [asdict(one) for one in written], ["source", "ours", "record", "theirs", "written", "note"], rows)
    elif retry:
        click.echo(f"Tried again: {count}.")
    else:
        headings = ["row", "state", "event", "ours", "call", "values"]
        _out(as_json, [asdict(one) for one in waiting], headings, [_row(one) for one in waiting])
        if is_off:
            todo = f"set write_back = true in [sources.{source}] for that."
            click.echo(f"Nothing is written to {source}: {todo}", err=True)
        sys.exit(2 if any(one.state == "parked" for one in waiting) else 0)


def _out(as_json: bool, documents: list[dict[str, object]], headings: list[str], rows: list[list[str]]) -> None:
    if as_json:
        print_json(documents)
    elif rows:
        print_table(headings, rows)
    else:
        click.echo("Nothing is there.")


def _row(one: WouldSend) -> list[str]:
    values = ", ".join(f"{name} = {value}" for name, value in one.values.items())
    return [f"outbox:{one.row}", one.state, one.event, one.subject, one.act or one.note, values or one.reason or ""]


def _day(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
