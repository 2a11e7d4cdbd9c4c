"""`pop conversations`: plan what is due, let invitations out, look."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta
from zoneinfo import ZoneInfo

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.groups import say
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.domain.access import Actor, Role
from connector.domain.unplanned import SENTENCES, Unplanned
from connector.services.conversations import (
    ConversationView,
    conversations_between,
    plan_due,
    release_invitations,
    waiting_conversations,
)
from connector.services.installation import Installation
from connector.services.organisations import find_organisation


@main.group()
def conversations() -> None:
    """Plan the conversations of an employer, invite, look.

    EMPLOYER is a code of [organisations] in the settings.
    """


@conversations.command()
@click.argument("employer")
@click.option(
    "--hold", is_flag=True, help="Plan, but invite nobody yet; let them out with `pop conversations release`."
)
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def plan(context: click.Context, employer: str, hold: bool, as_json: bool) -> None:
    """Give every conversation that is due a slot, and invite to it."""
    installation = open_installation(settings_of(context))
    try:
        actor = _hr(installation, employer)
        report = plan_due(actor, installation, actor.employer_id or 0, release=not hold)
        waiting = waiting_conversations(actor, installation, actor.employer_id or 0)
    finally:
        installation.store.close()
    if as_json:
        print_json(asdict(report))
        return
    click.echo(f"Planned: {report.planned}. Invitations: {report.invitations}.")
    if waiting:
        click.echo(f"Without a slot: {len(waiting)}.")
    for view in waiting:
        click.echo(f"  {_employee(view)} ({_kind(view)}): {_why(view)}")
    if report.without_address:
        click.echo(f"Cannot be invited, for no e-mail address is known: {report.without_address}.")
    if report.patterns_not_understood:
        click.echo(f"Working pattern not understood, the usual week was taken: {report.patterns_not_understood}.")


@conversations.command()
@click.argument("employer")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def release(context: click.Context, employer: str, as_json: bool) -> None:
    """Let out the invitations that were held back."""
    installation = open_installation(settings_of(context))
    try:
        actor = _hr(installation, employer)
        count = release_invitations(actor, installation, actor.employer_id or 0)
    finally:
        installation.store.close()
    say(as_json, {"invitations": count}, f"Invitations: {count}.")


@conversations.command("list", short_help="What is planned from today on, and what waits.")
@click.argument("employer")
@click.option(
    "--days", default=730, show_default=True, type=click.IntRange(1, 730), help="How far ahead to look for slots."
)
@click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")
@click.pass_context
def list_conversations(context: click.Context, employer: str, days: int, as_json: bool) -> None:
    """The conversations that have a slot from today on, and all those that wait for one."""
    installation = open_installation(settings_of(context))
    try:
        actor = _hr(installation, employer)
        zone = installation.employers[employer].time_zone
        first = installation.today(zone)
        views = conversations_between(
            actor,
            installation,
            actor.employer_id or 0,
            first,
            first + timedelta(days=days),
            states=("planned", "held"),
        )
        views += waiting_conversations(actor, installation, actor.employer_id or 0)
    finally:
        installation.store.close()
    if as_json:
        print_json([asdict(view) for view in views])
        return
    rows = [
        [_when(view, zone), _kind(view), _state(view), ", ".join(part.name or "?" for part in view.participants)]
        for view in views
    ]
    print_table(["when", "kind", "state", "who"], rows)


def _when(view: ConversationView, zone: str) -> str:
    if view.starts_at is None:
        return f"{view.window_from} to {view.window_to}"
    return view.starts_at.astimezone(ZoneInfo(zone)).strftime("%a %d %b %Y %H:%M")


def _kind(view: ConversationView) -> str:
    return view.kind.replace("_", " ")


def _state(view: ConversationView) -> str:
    return view.state if view.starts_at is not None else f"without a slot: {_why(view)}"


def _why(view: ConversationView) -> str:
    return SENTENCES[Unplanned(view.reason)] if view.reason else "not looked at yet."


def _employee(view: ConversationView) -> str:
    return next((part.name for part in view.participants if part.role == "employee" and part.name), "?")


def _hr(installation: Installation, employer: str) -> Actor:
    """The operator of the machine stands in for HR of one employer."""
    return Actor(Role.HR, find_organisation(OPERATOR, installation, employer))
