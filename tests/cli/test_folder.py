"""Where `pop` works: only where it was set up, and looking makes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from jobs.__main__ import main as jobs_main
from tests.cli.conftest import Pop


@pytest.mark.parametrize(
    "words",
    [
        ("db", "check"),
        ("db", "upgrade"),
        ("sync", "hr"),
        ("serve",),
        ("jobs", "--once"),
        ("work", "list"),
        ("conversations", "plan", "own"),
        ("token", "list"),
        ("account", "list"),
        ("link", "heftruck"),
    ],
)
def test_without_settings_nothing_starts_and_nothing_is_made(pop: Pop, here: Path, words: tuple[str, ...]) -> None:
    result = pop(*words)
    assert result.exit_code == 1
    assert result.stderr.startswith("pop: config.toml: there is no config.toml in this folder. ")
    assert "--config" in result.stderr and "`pop init`" in result.stderr
    assert list(here.iterdir()) == []


def test_the_timer_without_settings_does_not_start_either(here: Path) -> None:
    result = CliRunner().invoke(jobs_main, ["--once"])
    assert result.exit_code == 1
    assert "there is no config.toml in this folder" in result.stderr
    assert list(here.iterdir()) == []


def test_settings_that_come_from_the_environment_alone_are_enough(
    pop: Pop, here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("POP__DATABASE__URL", "sqlite:///mine.sqlite3")
    assert pop("db", "upgrade").exit_code == 0
    assert pop("db", "check").exit_code == 0
    assert (here / "mine.sqlite3").exists()


def test_help_and_init_need_no_settings(pop: Pop) -> None:
    assert pop("--help").exit_code == pop("db", "check", "--help").exit_code == pop("init").exit_code == 0


def test_looking_makes_no_database(pop: Pop, here: Path) -> None:
    pop("init")
    result = pop("db", "check")
    assert result.exit_code == 1
    assert "there is no database yet. Run `pop db upgrade`." in result.stderr
    assert not list(here.glob("pop.sqlite3*"))


def test_a_database_without_tables_has_no_schema_yet(pop: Pop, here: Path) -> None:
    pop("init")
    (here / "pop.sqlite3").touch()
    result = pop("db", "check")
    assert result.exit_code == 1
    assert "the database has schema none" in result.stderr


def test_upgrade_says_whether_it_did_something(pop: Pop, here: Path) -> None:
    pop("init")
    assert "now has the schema of this release" in pop("db", "upgrade").stdout
    assert "had the schema of this release already" in pop("db", "upgrade").stdout
    assert pop("db", "check").stdout == "The database has the schema of this release.\n"
