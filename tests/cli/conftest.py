"""`pop` as somebody types it in a folder of its own, without any setting in the environment."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from connector.cli import main

Pop = Callable[..., Result]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder in which `pop` is typed: empty."""
    for name in [name for name in os.environ if name.startswith("POP__")]:
        monkeypatch.delenv(name)
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def pop(here: Path) -> Pop:
    return lambda *words: CliRunner().invoke(main, list(words))


@pytest.fixture
def settled(pop: Pop, here: Path) -> Path:
    """The same folder after `pop init` and `pop db upgrade`."""
    for words in (("init",), ("db", "upgrade")):
        result = pop(*words)
        assert result.exit_code == 0, result.output
    return here
