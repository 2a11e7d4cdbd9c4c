"""`pop db`: the schema of the database."""

from __future__ import annotations

import click

from connector.assembly import open_installation, prepare_installation
from connector.cli import main, settings_of


@main.group()
def db() -> None:
    """The database: bring it to this release, or look whether it is."""


@db.command()
@click.pass_context
def upgrade(context: click.Context) -> None:
    """Bring the database to the newest schema and write the configured organisations."""
    prepare_installation(settings_of(context)).store.close()
    click.echo("The database has the schema of this release.")


@db.command()
@click.pass_context
def check(context: click.Context) -> None:
    """Say whether the database has the schema of this release."""
    open_installation(settings_of(context)).store.close()
    click.echo("The database has the schema of this release.")
