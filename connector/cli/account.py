"""`pop account`: who has signed in, and the roles that HR records do not give."""

from __future__ import annotations

from collections.abc import Callable

import click

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.domain.access import Role
from connector.errors import NotFoundError
from connector.services.accounts import add_membership, end_membership, list_accounts
from connector.services.organisations import find_organisation

_GIVEN = (Role.HR, Role.TRAINING, Role.ADMINISTRATOR, Role.SUPERVISOR, Role.EMPLOYEE)


def _names_a_role(command: Callable[..., None]) -> Callable[..., None]:
    """The account, the employer and the role that `grant` and `end` are about."""
    role = click.option("--role", required=True, type=click.Choice([role.value for role in _GIVEN]))
    help_text = "The code of the organisation in the settings."
    employer = click.option("--employer", required=True, metavar="CODE", help=help_text)
    return click.argument("account_id", type=int)(employer(role(command)))


@main.group()
def account() -> None:
    """Accounts and their roles."""


@account.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON document instead of a table.")
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """Show the accounts with the roles that they have today."""
    installation = open_installation(settings_of(context))
    rows = list_accounts(OPERATOR, installation)
    installation.store.close()
    if as_json:
        print_json([{"id": row.id, "name": row.name, "issuer": row.issuer, "roles": row.roles} for row in rows])
    else:
        print_table(["id", "name", "roles"], [[str(row.id), row.name, ", ".join(row.roles)] for row in rows])


@account.command()
@_names_a_role
@click.pass_context
def grant(context: click.Context, account_id: int, employer: str, role: str) -> None:
    """Give ACCOUNT_ID a role at an employer from today on. The number is on the page of who has no role yet."""
    installation = open_installation(settings_of(context))
    organisation = find_organisation(OPERATOR, installation, employer)
    try:
        add_membership(OPERATOR, installation, account_id, organisation, Role(role))
    except NotFoundError as error:
        where = f"account {account_id}"
        raise NotFoundError(error.what, where=where, todo="`pop account list` shows all.") from error
    finally:
        installation.store.close()
    click.echo(f"Account {account_id} is {role} at {employer} from today on.")


@account.command(short_help="Take a role away from today on.")
@_names_a_role
@click.pass_context
def end(context: click.Context, account_id: int, employer: str, role: str) -> None:
    """Take a role away from today on; what was done in it stays in the record."""
    installation = open_installation(settings_of(context))
    end_membership(OPERATOR, installation, account_id, find_organisation(OPERATOR, installation, employer), Role(role))
    installation.store.close()
    click.echo(f"Account {account_id} is no longer {role} at {employer}.")
