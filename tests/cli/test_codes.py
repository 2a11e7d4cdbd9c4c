"""The code of an employer that is not there: a typing error and a forgotten upgrade get different advice."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Pop

COMMANDS = [
    ("token", "create", "--role", "hr", "--name", "x", "--employer"),
    ("account", "grant", "1", "--role", "hr", "--employer"),
    ("account", "end", "1", "--role", "hr", "--employer"),
    ("link", "heftruck", "--employer"),
    ("conversations", "plan"),
    ("conversations", "release"),
    ("conversations", "list"),
]


@pytest.mark.parametrize("words", COMMANDS)
def test_a_typing_error_is_told_the_codes(pop: Pop, settled: Path, words: tuple[str, ...]) -> None:
    result = pop(*words, "onw")
    assert result.exit_code == 1
    assert result.stderr == "pop: onw: no organisation of the settings has this code. Use one of: own.\n"


@pytest.mark.parametrize("words", COMMANDS)
def test_one_that_was_added_to_the_settings_needs_an_upgrade(
    pop: Pop, settled: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POP__ORGANISATIONS__SECOND__NAME", "Second")
    result = pop(*words, "second")
    assert result.exit_code == 1
    assert result.stderr == "pop: second: this organisation is not in the database yet. Run `pop db upgrade`.\n"


def test_one_that_was_taken_out_of_the_settings_is_not_planned_any_more(pop: Pop, settled: Path) -> None:
    config = settled / "config.toml"
    config.write_text(config.read_text("utf-8").replace("[organisations.own]", "[organisations.new]"), "utf-8")
    result = pop("conversations", "list", "own")
    assert result.exit_code == 1
    assert "Use one of: new." in result.stderr
