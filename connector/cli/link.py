"""`pop link`: which trainings fit what somebody wants to learn."""

from __future__ import annotations

from typing import Any

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json
from connector.cli.token import OPERATOR
from connector.domain.access import Actor, Role
from connector.errors import InputError
from connector.services.installation import Installation
from connector.services.linking import LinkResult, TrainingHit, link_text
from connector.services.organisations import find_organisation


@main.command(short_help="Show the trainings that fit a text.")
@click.argument("text")
@click.option("--employer", metavar="CODE", help="The employer whose trainings are meant; needed when there are more.")
@click.option("--limit", type=click.IntRange(1, 50), default=5, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def link(context: click.Context, text: str, employer: str | None, limit: int, as_json: bool) -> None:
    """Show the trainings that fit TEXT, best first, each with the reason."""
    installation = open_installation(settings_of(context))
    try:
        actor = Actor(Role.ADMINISTRATOR, _employer_id(installation, employer))
        result = link_text(actor, installation, text, limit=limit)
    finally:
        installation.store.close()
    if as_json:
        print_json(_as_json(result))
    else:
        _show(result)


def _employer_id(installation: Installation, code: str | None) -> int:
    codes = [config.code for config in installation.employers.values() if config.kind == "employer"]
    if code is None and len(codes) != 1:
        raise InputError(
            "there is more than one employer" if codes else "there is no employer in the settings",
            where="--employer",
            todo=f"Use one of: {', '.join(codes)}." if codes else "Add an [organisations.CODE] section.",
        )
    return find_organisation(OPERATOR, installation, code or codes[0])


def _show(result: LinkResult) -> None:
    if result.competencies:
        click.echo("This is about:")
        for match in result.competencies:
            click.echo(f"  - {match.label} ({match.framework})")
        click.echo()
    if not result.has_words:
        click.echo("There is no word in this text to search with. Say what somebody wants to learn.")
    elif result.nothing_fits:
        click.echo("No training fits this. Try other words.")
    for number, hit in enumerate(result.trainings, start=1):
        click.echo(f"{number}. {hit.title}" + (f" ({hit.provider})" if hit.provider else ""))
        click.echo(f"   {_price(hit)}, {_start(hit)}")
        for reason in hit.reasons:
            click.echo(f"   {reason.in_language('en')}")


def _price(hit: TrainingHit) -> str:
    if hit.price is None:
        return "price not known"
    if hit.price == 0:
        return "free"
    return f"{hit.price:.2f} {hit.currency or '(currency not known)'}"


def _start(hit: TrainingHit) -> str:
    return f"starts on {hit.next_starts_on}" if hit.next_starts_on else "no starting day known"


def _as_json(result: LinkResult) -> dict[str, Any]:
    return {
        "nothing_fits": result.nothing_fits,
        "has_words": result.has_words,
        "competencies": [
            {"id": match.competency_id, "label": match.label, "framework": match.framework, "words": match.words}
            for match in result.competencies
        ],
        "trainings": [
            {
                "id": hit.training_id,
                "title": hit.title,
                "provider": hit.provider,
                "price": hit.price,
                "currency": hit.currency,
                "next_starts_on": hit.next_starts_on,
                "url": hit.url,
                "reasons": [reason.in_language("en") for reason in hit.reasons],
            }
            for hit in result.trainings
        ],
    }
