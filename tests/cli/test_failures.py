"""What the machine or the database refuses becomes one sentence, without a trace and without values."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import text

from connector.errors import StopError, StoreError
from connector.foreign_errors import foreign_errors_as_ours
from connector.store.database import Store
from jobs.__main__ import main as jobs_main
from tests.cli.conftest import Pop

NOBODY_LISTENS = "postgresql://somebody:hushhush@127.0.0.1:1/pop"


def _one_sentence(stderr: str) -> str:
    (line,) = stderr.splitlines()
    assert line.startswith("pop: ")
    assert "hushhush" not in line
    return line


@pytest.fixture
def given(pop: Pop, here: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Keys and settings, no database."""
    assert pop("init").exit_code == 0
    return here


@pytest.mark.parametrize(
    "words", [("db", "check"), ("db", "upgrade"), ("work", "list"), ("serve",), ("jobs", "--once")]
)
def test_a_database_server_that_does_not_answer(
    pop: Pop, given: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("POP__DATABASE__URL", NOBODY_LISTENS)
    result = pop(*words)
    assert result.exit_code == 1
    assert "database.url: the database server cannot be reached" in _one_sentence(result.stderr)


def test_the_timer_says_the_same(given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POP__DATABASE__URL", NOBODY_LISTENS)
    result = CliRunner().invoke(jobs_main, ["--once"])
    assert result.exit_code == 1
    assert "the database server cannot be reached" in _one_sentence(result.stderr)


def test_a_folder_that_is_not_there(pop: Pop, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POP__DATABASE__URL", "sqlite:///away/pop.sqlite3")
    result = pop("db", "upgrade")
    assert result.exit_code == 1
    assert "the file of the database cannot be opened" in _one_sentence(result.stderr)


@pytest.mark.parametrize("words", [("db", "check"), ("db", "upgrade"), ("token", "list")])
def test_a_file_that_is_no_database(pop: Pop, given: Path, words: tuple[str, ...]) -> None:
    (given / "pop.sqlite3").write_text("This is a letter, and not a database at all. " * 50, encoding="utf-8")
    result = pop(*words)
    assert result.exit_code == 1
    assert "this file is not a SQLite database" in _one_sentence(result.stderr)


def test_a_database_that_may_only_be_read(empty_database: Path) -> None:
    store = Store(f"sqlite:///file:{empty_database}?mode=ro&uri=true")
    with (
        pytest.raises(StoreError, match=r"database\.url: the database may only be read"),
        foreign_errors_as_ours(),
        store.begin() as session,
    ):
        session.execute(text("DELETE FROM outbox"))
    store.close()


def test_a_statement_that_is_refused_is_not_quoted(store: Store) -> None:
    with pytest.raises(StoreError) as caught, foreign_errors_as_ours(), store.begin() as session:
        session.execute(text("SELECT :secret FROM nowhere"), {"secret": "hushhush"})
    assert str(caught.value).startswith("database: the database refused: OperationalError.")
    assert "hushhush" not in str(caught.value)
    assert "SELECT" not in str(caught.value)


def test_who_may_not_write_is_told_about_rights(tmp_path: Path) -> None:
    with (
        pytest.raises(StopError, match=r"/somewhere: .* \(tried: Permission denied\)\. Give the account"),
        foreign_errors_as_ours(),
    ):
        raise PermissionError(errno.EACCES, "Permission denied", "/somewhere")


def test_a_reader_that_went_away_is_no_failure_of_ours() -> None:
    with pytest.raises(BrokenPipeError), foreign_errors_as_ours():
        raise BrokenPipeError(errno.EPIPE, "Broken pipe")


def test_a_database_that_is_locked(pop: Pop, given: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.store.dialects._BUSY_MS", 50)
    assert pop("db", "upgrade").exit_code == 0
    other = sqlite3.connect(given / "pop.sqlite3", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    result = pop("token", "revoke", "1")
    other.close()
    assert result.exit_code == 1
    assert "another program holds the database" in _one_sentence(result.stderr)


def test_a_folder_that_cannot_be_made(pop: Pop, here: Path) -> None:
    (here / "file").touch()
    result = pop("init", "--folder", "file/below")
    assert result.exit_code == 1
    assert "file" in _one_sentence(result.stderr)
    assert "(tried: Not a directory)" in result.stderr
