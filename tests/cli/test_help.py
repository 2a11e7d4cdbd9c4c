"""`--help`: every line says its whole sentence on a terminal of eighty columns."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from connector.cli import main


def _groups(command: click.Command, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if isinstance(command, click.Group):
        yield words
        for name, below in command.commands.items():
            yield from _groups(below, (*words, name))


@pytest.mark.parametrize("words", list(_groups(main)), ids=lambda words: " ".join(words) or "pop")
def test_no_line_of_the_help_is_cut_off(words: tuple[str, ...]) -> None:
    result = CliRunner(env={"COLUMNS": "80"}).invoke(main, [*words, "--help"])
    assert result.exit_code == 0
    _, _, listed = result.stdout.partition("Commands:\n")
    assert listed
    assert not [line for line in listed.splitlines() if line.endswith("...")]
