"""`pop explain`: the steps from a source to one person."""

from __future__ import annotations

import sys
from dataclasses import asdict, replace

import click

from connector.cli import main
from connector.cli.groups import opened
from connector.cli.output import print_json
from connector.cli.token import OPERATOR
from connector.services.explain import Explanation, explain, records_of

_READER = replace(OPERATOR, language="en")  # commands speak English
_FOUND = {None: "not asked", True: "found", False: "the source does not hold this record"}
_SCOPE = {None: "unknown without the record", True: "in scope", False: "out of scope: left alone"}
_MATCH = {
    "key": "known by the key of its source",
    "employee_number": "would be found by the employee number",
    "evidence": "would be found by evidence",
    "a person": "a person has said so",
    "doubt": "in doubt: a person must say (`pop review`)",
    "nobody": "nobody we know",
}
_ACTION = {
    None: "unknown without the record",
    "same": "nothing: it is the same as before",
    "waits": "nothing: it waits for a person",
    "quarantine": "nothing: it is put in quarantine",
    "out_of_scope": "nothing: it is out of scope",
}


@main.command("explain", short_help="The steps from a source to one person.")
@click.argument("source", required=False)
@click.argument("key", required=False)
@click.option("--employee", metavar="NUMBER", help="Instead: every record of whoever has this employee number.")
@click.option("--offline", is_flag=True, help="Do not ask the source: only what was taken over.")
@click.option("--raw", is_flag=True, help="Show the record as it came; only on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def explain_(
    context: click.Context,
    source: str | None,
    key: str | None,
    employee: str | None,
    offline: bool,
    raw: bool,
    as_json: bool,
) -> None:
    """Follow the record KEY of SOURCE: connection, import, scope, match, action. Nothing is written.

    Exit code 0: it comes through. 1: the source or the record is not there. 2: it waits for a person.
    """
    if (employee is None) == (source is None or key is None) or (employee is not None and source is not None):
        raise click.UsageError("Give SOURCE and KEY, or --employee.")
    if raw and not sys.stdout.isatty():
        raise click.UsageError("--raw shows personal data: it works on a terminal only.")
    with opened(context) as installation:
        records = [(str(source), str(key))] if employee is None else records_of(_READER, installation, employee)
        found = [explain(_READER, installation, *record, live=not offline, raw=raw) for record in records]
    if as_json:
        print_json([{**asdict(one), "waits": one.waits} for one in found])
    else:
        for one in found:
            _show(one)
    sys.exit(max((_code(one) for one in found), default=1))


def _code(one: Explanation) -> int:
    if one.waits:
        return 2
    return 1 if one.is_reached is False or one.is_found is False else 0


def _show(one: Explanation) -> None:
    click.echo(f"{one.source}, {one.resource} {one.key}")
    click.echo(f"1. Connection  {one.connection}")
    click.echo(f"2. Import      {_FOUND[one.is_found]}")
    for name, value in one.record.items():
        click.echo(f"                 {name}: {value}")
    click.echo(f"3. Scope       {_SCOPE[one.is_in_scope]}")
    click.echo(f"4. Match       {_match(one)}")
    click.echo(f"5. Action      {_ACTION.get(one.action, one.action)}")
    for text in (*one.problems, *_state(one)):
        click.echo(f"                 {text}")
    for line in one.changes:
        click.echo(f"                 {line.field}: {line.old!r} -> {line.new!r} [{line.cause}]")
    if one.history:
        click.echo("Before:")
    for past in one.history:
        what = f"{past.field}: {past.old!r} -> {past.new!r}" if past.field else past.action
        click.echo(f"    {past.at:%Y-%m-%d %H:%M} UTC, run {past.run}: {what} [{past.cause}]")


def _match(one: Explanation) -> str:
    who = f" person {one.person_id}" if one.person_id else ""
    name = f", {one.person.name}" if one.person else ""
    sure = f" ({one.confidence:.0%} sure: {', '.join(e.words for e in one.evidence)})" if one.evidence else ""
    return f"{_MATCH[one.match]}:{who}{name}{sure}" if who or sure else _MATCH[one.match]


def _state(one: Explanation) -> list[str]:
    texts = [
        f"in quarantine since {entry.first_seen_at:%Y-%m-%d}: {entry.named} {entry.reason}" for entry in one.quarantine
    ]
    texts += [f"corrected until {entry.until}: {entry.field}" for entry in one.corrections]
    if one.waits_for:
        texts.append(f"what it names as {one.waits_for} was not read yet")
    if one.missing_since:
        texts.append(f"no longer in the source since {one.missing_since}")
    return texts
