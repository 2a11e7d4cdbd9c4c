"""`pop token`: keys for the REST interface, and for systems that push their records to us."""

from __future__ import annotations

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.domain.access import Actor, Role
from connector.services.tokens import (
    TOKEN_ROLES,
    TokenInfo,
    create_source_token,
    create_token,
    list_tokens,
    revoke_token,
)

_HEADINGS = ("id", "state", "employer", "role", "source", "expires", "name")
OPERATOR = Actor(role=Role.ADMINISTRATOR, employer_id=None)


@main.group(short_help="Keys for the REST interface.")
def token() -> None:
    """Keys for the REST interface: each carries one employer and one role."""


@token.command()
@click.option("--employer", metavar="CODE", help="The code of the organisation in the settings.")
@click.option("--role", type=click.Choice([role.value for role in TOKEN_ROLES]))
@click.option("--source", metavar="SOURCE", help="Instead of both: the source to which its bearer pushes records.")
@click.option("--name", required=True, help="What will use it, e.g. 'payroll export'.")
@click.option("--days", default=90, show_default=True, type=int, help="How long it works, at most 730.")
@click.pass_context
def create(
    context: click.Context, employer: str | None, role: str | None, source: str | None, name: str, days: int
) -> None:
    """Make a token and print it: it cannot be shown again."""
    if (employer or role) if source else not (employer and role):
        raise click.UsageError("Give --employer and --role for a token that reads, or --source for one that pushes.")
    installation = open_installation(settings_of(context))
    if source is not None:
        made = create_source_token(OPERATOR, installation, source, name, days)
    else:
        made = create_token(OPERATOR, installation, str(employer), Role(str(role)), name, days)
    installation.store.close()
    click.echo(made.secret)
    click.echo(f"Token {made.info.id} works until {made.info.expires_at:%Y-%m-%d %H:%M} UTC. Keep it safe.", err=True)


@token.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """Show all tokens, the newest first, without their secrets."""
    installation = open_installation(settings_of(context))
    now = installation.clock()
    rows = [_row(info, (info.fault_at(now) or "works")) for info in list_tokens(OPERATOR, installation)]
    installation.store.close()
    if as_json:
        print_json(rows)
    else:
        print_table(list(_HEADINGS), [[str(value) for value in row.values()] for row in rows])


@token.command()
@click.argument("token_id", type=click.IntRange(min=1, max=2**63 - 1))
@click.pass_context
def revoke(context: click.Context, token_id: int) -> None:
    """Make a token useless from now on."""
    installation = open_installation(settings_of(context))
    info = revoke_token(OPERATOR, installation, token_id)
    installation.store.close()
    click.echo(f"Token {info.id} ({info.name}) no longer works.")


def _row(info: TokenInfo, state: str) -> dict[str, str | int]:
    values = (
        info.id,
        str(state),
        info.employer,
        info.role.value,
        info.source or "",
        f"{info.expires_at:%Y-%m-%d}",
        info.name,
    )
    return dict(zip(_HEADINGS, values, strict=True))
