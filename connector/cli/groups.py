"""What groups of commands share: a command that needs no name, an opened installation, one sentence at the end."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click

from connector.assembly import open_installation
from connector.cli import settings_of
from connector.cli.output import print_json
from connector.errors import ConfigurationError
from connector.services.installation import Installation

READ_AGAIN = "`pop jobs` reads the source again within a minute; where it does not run: `pop sync SOURCE`."


class WithDefault(click.Group):
    """`pop NAME …` is `pop NAME DEFAULT …` when the first word is no command of this group. Where DEFAULT takes no
    word, such a word is a command that does not exist."""

    def __init__(self, *args: Any, default: str, **more: Any) -> None:
        super().__init__(*args, **more)
        self.default = default
        self.no_args_is_help = self.invoke_without_command = False

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        if not args or (args[0] not in self.commands and args[0] not in ("-h", "--help")):
            default = self.commands[self.default]
            takes_a_word = any(isinstance(one, click.Argument) for one in default.params)
            if not args or args[0].startswith("-") or takes_a_word:
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


def named_source(context: click.Context, installation: Installation, name: str | None) -> str | None:
    """A source that was typed; ConfigurationError with the nearest right words when it is in no settings. It may have
    been meant as a command: of this group, or of another one."""
    if name is None or name in installation.sources:
        return name
    group = next(one.command for one in _up(context) if isinstance(one.command, click.Group))
    commands = [one for one, command in group.commands.items() if not command.hidden]
    sources = list(installation.sources)
    near = difflib.get_close_matches(name, [*sources, *commands], 1)
    path = f"pop {group.name}"
    meant = [f"{path} {near[0]}"] if near else _elsewhere(context, name)
    raise ConfigurationError(
        "there is no source of this name in the settings, and no command",
        where=f"{path} {name}",
        todo=f"{'Did you mean `' + '` or `'.join(meant) + '`? ' if meant else ''}"
        f"Sources: {', '.join(sources) or 'none'}. Commands: {', '.join(sorted(commands))}.",
    )


def _up(context: click.Context | None) -> Iterator[click.Context]:
    while context is not None:
        yield context
        context = context.parent


def _elsewhere(context: click.Context, name: str) -> list[str]:
    """Commands of this name in other groups."""
    root = context.find_root().command
    groups = root.commands.items() if isinstance(root, click.Group) else ()
    return [f"pop {one} {name}" for one, group in groups if isinstance(group, click.Group) and name in group.commands]


def say(as_json: bool, document: dict[str, Any], sentence: str) -> None:
    """What was done: a document for programs, a sentence for people."""
    if as_json:
        print_json({"ok": True, **document})
    else:
        click.echo(sentence)
