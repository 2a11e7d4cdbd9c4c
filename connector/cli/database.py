"""`pop db`: the schema of the database."""

from __future__ import annotations

import click

from connector.assembly import open_installation, prepare_installation
from connector.cli import main, settings_of
from connector.errors import PopError, StoreError
from connector.settings import Settings


@main.group(short_help="The database: bring it to this release, or look.")
def db() -> None:
    """The database: bring it to this release, or look whether it is."""


@db.command(short_help="Bring the database to the schema of this release.")
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the database to the newest schema and write the configured organisations."""
    settings = settings_of(context)
    was_current = _is_current(settings)
    prepare_installation(settings).store.close()
    if was_current:
        click.echo("The database had the schema of this release already.")
    else:
        click.echo("The database now has the schema of this release.")
    names = ", ".join(settings.organisations) or "none"
    click.echo(f"Organisations of the settings, written to it: {names}.")


@db.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Say whether the database has the schema of this release."""
    open_installation(settings_of(context)).store.close()
    click.echo("The database has the schema of this release.")


def _is_current(settings: Settings) -> bool:
    try:
        open_installation(settings).store.close()
    except StoreError:
        return False
    except PopError:
        return True  # the schema fits; what is missing besides is for the upgrade to make or to refuse
    return True
