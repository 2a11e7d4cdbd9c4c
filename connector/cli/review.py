"""`pop review`: records of which only a person can say whom they speak of."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from connector.cli import main
from connector.cli.groups import READ_AGAIN, WithDefault, named_source, opened, say
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.services.review import Candidate, Case, list_cases
from connector.services.review_decisions import join, separate
from connector.services.review_joined import list_joined, undo

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
_CASE = click.argument("case", type=click.IntRange(min=1, max=2**63 - 1))


@main.group(cls=WithDefault, default="list", short_help="Records that may speak of somebody we know.")
def review() -> None:
    """Records of which only a person can say whom they speak of.

    \b
        pop review [SOURCE]             what waits for somebody's word
        pop review join CASE PERSON     it is this person
        pop review separate CASE        it is somebody new
        pop review joined               of whom several records speak
        pop review undo SOURCE KEY      take one of them away again
    """


@review.command("list", short_help="What waits for somebody's word.")
@click.argument("source", required=False)
@_JSON
@click.pass_context
def list_(context: click.Context, source: str | None, as_json: bool) -> None:
    """What waits for somebody's word, of SOURCE or of all.

    Exit code 0: nothing. 2: something waits.
    """
    with opened(context) as installation:
        cases = list_cases(OPERATOR, installation, source)
        if not cases:
            named_source(context, installation, source)
    if as_json:
        print_json([asdict(case) for case in cases])
    elif not cases:
        click.echo("Nothing waits for a person.")
    else:
        for case in cases:
            _show(case)
    sys.exit(2 if cases else 0)


@review.command("join", short_help="The record speaks of this person.")
@_CASE
@click.argument("person", type=click.IntRange(min=1, max=2**63 - 1))
@_JSON
@click.pass_context
def join_(context: click.Context, case: int, person: int, as_json: bool) -> None:
    """The record of CASE speaks of PERSON (a number that `pop review` shows)."""
    with opened(context) as installation:
        join(OPERATOR, installation, case, person)
    say(as_json, {"case": case, "person": person}, f"The record is this person's. {READ_AGAIN}")


@review.command("separate", short_help="The record speaks of somebody new.")
@_CASE
@_JSON
@click.pass_context
def separate_(context: click.Context, case: int, as_json: bool) -> None:
    """The record of CASE speaks of somebody new."""
    with opened(context) as installation:
        separate(OPERATOR, installation, case)
    say(as_json, {"case": case}, f"The record is somebody new. {READ_AGAIN}")


@review.command(short_help="Of whom several records speak.")
@_JSON
@click.pass_context
def joined(context: click.Context, as_json: bool) -> None:
    """Everybody of whom more than one record speaks: `pop review undo` takes one away."""
    with opened(context) as installation:
        found = list_joined(OPERATOR, installation)
    if as_json:
        print_json([asdict(one) for one in found])
        return
    rows = [
        [str(one.person_id), one.card.name if one.card else "", ", ".join(f"{name} {key}" for name, key in one.records)]
        for one in found
    ]
    print_table(["person", "name", "records"], rows)


@review.command("undo", short_help="Take a record away from its person.")
@click.argument("source")
@click.argument("key")
@_JSON
@click.pass_context
def undo_(context: click.Context, source: str, key: str, as_json: bool) -> None:
    """Take the record KEY of SOURCE away from the person it was joined to: it gets a person of its own.

    Accounts and plans stay where they are.
    """
    with opened(context) as installation:
        done = undo(OPERATOR, installation, source, key)
    account = " An account is linked to the former; it stays there, with its plan." if done.has_account else ""
    sentence = f"Person {done.person_id} and person {done.new_person_id} are two people now.{account} {READ_AGAIN}"
    say(as_json, asdict(done), sentence)


def _show(case: Case) -> None:
    what = "seems to speak of somebody else than before" if case.is_known else "may be somebody we know"
    click.echo(f"Case {case.id}: {case.source}, {case.resource} {case.key} {what} (run {case.run})")
    click.echo(f"    it says: {', '.join(f'{name} {value}' for name, value in case.record.items())}")
    for candidate in case.candidates:
        click.echo(f"    {_sentence(candidate)}")


def _sentence(candidate: Candidate) -> str:
    card = candidate.card
    number = f", number {card.employee_number}" if card and card.employee_number else ""
    hired = f", hired on {card.hired_on}" if card and card.hired_on else ""
    name = f"{card.name}{number}{hired}" if card else "somebody of whom nothing holds today"
    evidence = ", ".join(f"{one.words} ({one.weight:+.2f})" for one in candidate.evidence)
    return f"person {candidate.person_id}, {name}: {candidate.confidence:.0%} sure; {evidence}"
