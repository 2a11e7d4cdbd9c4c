"""What `pop` writes holds names and keys: nobody else on the machine reads it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.__main__ import main as jobs


@pytest.fixture(autouse=True)
def everybody_may_read() -> Iterator[None]:
    """The usual umask of a machine, and it is back after the test."""
    before = os.umask(0o022)
    yield
    os.umask(before)


def open_to_others(folder: Path) -> list[str]:
    return [path.name for path in folder.rglob("*") if stat.S_IMODE(path.stat().st_mode) & 0o077]


def test_everything_that_pop_makes_is_its_owners_alone(settled: Path) -> None:
    assert (settled / "pop.sqlite3").exists()
    assert open_to_others(settled) == []


def test_the_timer_too(here: Path) -> None:
    result = CliRunner().invoke(jobs, ["--once", "--config", str(here / "not_there.toml")])
    assert result.exit_code == 1
    (here / "new").touch()
    assert open_to_others(here) == []
