"""The `pop` command. Each module of this package adds its commands; errors become one sentence and exit code 1."""

from __future__ import annotations

import importlib
import os
import pkgutil
import sys
from pathlib import Path

import click

from connector import __version__
from connector.errors import PopError
from connector.foreign_errors import foreign_errors_as_ours
from connector.settings import Settings
from connector.settings_file import load


class _Commands(click.Group):
    """Exit codes: 0 done, 1 failed, 2 wrong use or: waits for a person."""

    def invoke(self, context: click.Context) -> object:
        os.umask(0o077)  # what is written holds names and keys
        try:
            with foreign_errors_as_ours():
                return super().invoke(context)
        except PopError as error:
            click.echo(f"pop: {error}", err=True)
            sys.exit(1)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="pop")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The settings; without it: config.toml in this folder.",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """POP connector: syncs HR records, links development goals, schedules conversations."""
    context.obj = config


def settings_of(context: click.Context) -> Settings:
    """The settings that this call of `pop` was given."""
    path: Path | None = context.find_root().obj
    return load(path)


# Every module of this package adds its commands to `main` when it is imported.
for _module in pkgutil.iter_modules(__path__):
    importlib.import_module(f"{__name__}.{_module.name}")
