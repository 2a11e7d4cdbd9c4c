"""`pop quarantine`: the records that could not be taken over, and what somebody does about them."""

from __future__ import annotations

from dataclasses import asdict, replace
from datetime import datetime

import click

from connector.cli import main
from connector.cli.groups import READ_AGAIN, WithDefault, named_source, opened, say
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.corrections import CorrectionEntry, correct_problem, end_correction, list_corrections
from connector.services.paging import PageRequest
from connector.services.quarantine import QuarantineEntry, list_quarantine, quarantined_sources
from connector.services.quarantine_acts import ignore, replay, unignore
from connector.services.told_reasons import REASONS

_READER = replace(OPERATOR, language="en")  # commands speak English
_JSON = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
_CODES = sorted(one.code for one in (*REASONS.known, REASONS.other))
_LISTED = 100
_ID = click.argument("number", metavar="ID", type=click.IntRange(min=1, max=2**63 - 1))


@main.group(cls=WithDefault, default="list", short_help="The records that could not be taken over, and why.")
def quarantine() -> None:
    """The records that could not be taken over, and why. Best is to mend them in the source.

    \b
        pop quarantine [SOURCE]                 what is wrong now
        pop quarantine ignore ID --reason …     leave it as it is
        pop quarantine correct ID --value … --until 2026-12-31 --reason …
        pop quarantine replay [SOURCE]          read it again, after something was mended
    """


@quarantine.command("list", short_help="What is wrong now.")
@click.argument("source", required=False)
@click.option("--all", "with_ignored", is_flag=True, help="Also what somebody chose to ignore.")
@click.option("--reason", type=click.Choice(_CODES), metavar="CODE", help="With this reason only (a code of --json).")
@click.option("--page", type=click.IntRange(min=1, max=10**9), default=1, help="Which page, from 1.")
@_JSON
@click.pass_context
def list_(
    context: click.Context, source: str | None, with_ignored: bool, reason: str | None, page: int, as_json: bool
) -> None:
    """What could not be taken over, of SOURCE or of all, and why: the newest first, a hundred on a page."""
    asked = PageRequest(page, _LISTED)
    with opened(context) as installation:
        if source not in quarantined_sources(_READER, installation):  # one that was taken out may still have some
            named_source(context, installation, source)
        found = list_quarantine(
            _READER, installation, asked, source=source, reason=reason, ignored=None if with_ignored else False
        )
    if as_json:
        print_json({"total": found.total, "problems": [asdict(entry) for entry in found.items]})
    elif not found.total:
        click.echo("Nothing is in quarantine.")
    else:
        headings = ["id", "source", "record", "what is wrong", "since", "times"]
        print_table(headings, [_row(entry) for entry in found.items])
    if not as_json and found.total > page * _LISTED:
        click.echo(f"… {found.total} in all; go on with --page {page + 1}")


@quarantine.command("ignore", short_help="Leave a problem as it is, for a reason.")
@_ID
@click.option("--reason", required=True, help="Why it may stay wrong.")
@_JSON
@click.pass_context
def ignore_(context: click.Context, number: int, reason: str, as_json: bool) -> None:
    """Leave problem ID as it is. It is told again as soon as something else is wrong."""
    with opened(context) as installation:
        ignore(_READER, installation, number, reason)
    say(as_json, {"ignored": number}, "It is told again when something else is wrong with it.")


@quarantine.command("unignore", short_help="Tell a problem again.")
@_ID
@_JSON
@click.pass_context
def unignore_(context: click.Context, number: int, as_json: bool) -> None:
    """Tell problem ID again that was ignored."""
    with opened(context) as installation:
        unignore(_READER, installation, number)
    say(as_json, {"told": number}, "It is told again.")


@quarantine.command(short_help="Put a field right here, until a day.")
@_ID
@click.option("--field", help="Which field of ours; without it the one that is wrong.")
@click.option("--value", help="What it is.")
@click.option("--empty", is_flag=True, help="Instead of a value: it has none.")
@click.option("--until", required=True, type=click.DateTime(["%Y-%m-%d"]), help="The last day on which this counts.")
@click.option("--reason", required=True, help="Why; never a value or a story of somebody.")
@_JSON
@click.pass_context
def correct(
    context: click.Context,
    number: int,
    field: str | None,
    value: str | None,
    empty: bool,
    until: datetime,
    reason: str,
    as_json: bool,
) -> None:
    """Read a field of the record of problem ID as another value, from the next sync on, until and with a day."""
    if (value is None) != empty:
        raise click.UsageError("Give --value, or --empty.")
    with opened(context) as installation:
        made = correct_problem(
            _READER, installation, number, field=field, value=value, until=until.date(), reason=reason
        )
    sentence = f"Correction {made.id} counts until and with {made.until}. {READ_AGAIN}"
    say(as_json, {"correction": made.id, "until": made.until}, sentence)


@quarantine.command(short_help="Show the corrections that count.")
@click.argument("source", required=False)
@_JSON
@click.pass_context
def corrections(context: click.Context, source: str | None, as_json: bool) -> None:
    """The corrections that count today, of SOURCE or of all."""
    with opened(context) as installation:
        found = list_corrections(_READER, installation, source)
    if as_json:
        print_json([asdict(entry) for entry in found])
    else:
        headings = ["id", "source", "record", "field", "value", "until", "reason"]
        print_table(headings, [_correction(entry) for entry in found])


@quarantine.command("end", short_help="End a correction before its day.")
@_ID
@_JSON
@click.pass_context
def end(context: click.Context, number: int, as_json: bool) -> None:
    """End correction ID: what the source says counts again from the next sync on."""
    with opened(context) as installation:
        end_correction(_READER, installation, number)
    say(as_json, {"ended": number}, "What the source says counts again from the next sync on.")


@quarantine.command("replay", short_help="Read again what is in quarantine.")
@click.argument("source", required=False)
@_JSON
@click.pass_context
def replay_(context: click.Context, source: str | None, as_json: bool) -> None:
    """Read SOURCE, or every source, again that has something in quarantine: `pop jobs` does it within a minute."""
    with opened(context) as installation:
        sources = replay(_READER, installation, named_source(context, installation, source))
    sentence = f"To be read again: {', '.join(sources)}. {READ_AGAIN}" if sources else "Nothing is in quarantine."
    say(as_json, {"sources": sources}, sentence)


def _row(entry: QuarantineEntry) -> list[str]:
    key = entry.key if entry.has_key else "without a key"
    field = f"{entry.named}: " if entry.field else ""
    found = f" (found {entry.kind})" if entry.kind else ""
    ignored = f" [ignored: {entry.ignored_reason}]" if entry.ignored_at else ""
    since = f"{entry.first_seen_at:%Y-%m-%d}"
    record = f"{entry.resource} {key}"
    return [str(entry.id), entry.source, record, f"{field}{entry.reason}{found}{ignored}", since, str(entry.times)]


def _correction(entry: CorrectionEntry) -> list[str]:
    value = "nothing" if entry.value is None else str(entry.value)
    record = f"{entry.resource} {entry.key}"
    return [str(entry.id), entry.source, record, entry.field, value, entry.until.isoformat(), entry.reason]
