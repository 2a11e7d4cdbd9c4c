"""What groups of commands share: a command that needs no name, an opened installation, one sentence at the end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from connector.assembly import open_installation
from connector.cli import settings_of
from connector.cli.output import print_json
from connector.services.installation import Installation

READ_AGAIN = "`pop jobs` reads the source again within a minute; where it does not run: `pop sync SOURCE`."


class WithDefault(click.Group):
    """`pop NAME …` is `pop NAME DEFAULT …` when the first word is no command of this group."""

    def __init__(self, *args: Any, default: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.default = default
        self.no_args_is_help = self.invoke_without_command = False

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            args = [self.default, *args]
        return super().parse_args(context, args)


@contextmanager
def opened(context: click.Context) -> Iterator[Installation]:
    """The installation of this call of `pop`; closed at the end."""
    installation = open_installation(settings_of(context))
    try:
        yield installation
    finally:
        installation.store.close()


def say(as_json: bool, document: dict[str, Any], sentence: str) -> None:
    """What was done: a document for programs, a sentence for people."""
    if as_json:
        print_json({"ok": True, **document})
    else:
        click.echo(sentence)
