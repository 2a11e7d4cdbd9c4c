"""Fixtures that the whole suite shares: a fixed clock, an empty installation, and what may be left out locally."""

from __future__ import annotations

import os
import shutil
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings
from sqlalchemy import create_engine, make_url, text

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import EmployerConfig, Installation
from connector.services.organisations import register_organisations
from connector.store.database import Store
from connector.store.migrate import upgrade
from connector.store.sealed import MasterKey
from tests.emptying import emptied

# How long an example takes says more about a busy machine than about us; the time limit of a whole test stays.
hypothesis_settings.register_profile("house", deadline=None)
hypothesis_settings.load_profile("house")

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)  # a Monday


def leave_out(what: str) -> None:
    """Skip a test for want of a server or browser; with CI=true that is a failure."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"left out with CI=true: {what}")
    pytest.skip(f"left out: {what}")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """The last lines say what was left out, how many tests that is, and why."""
    skipped = Counter(str(report.longrepr[2]) for report in terminalreporter.stats.get("skipped", []))
    for reason, tests in sorted(skipped.items()):
        terminalreporter.write_line(f"{reason.removeprefix('Skipped: ')} ({tests} tests)")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a Chromium."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    leave_out("page tests, for there is no Chromium (Debian: apt-get install chromium)")
    raise AssertionError


class Clock:
    """A clock that stands still until a test moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the newest schema: tests copy it instead of migrating again."""
    path = tmp_path_factory.mktemp("schema") / "empty.sqlite3"
    store = Store(f"sqlite:///{path}")
    upgrade(store)
    store.close()
    return path


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """The database of a test; folders whose tests must hold on both databases override it."""
    return sqlite_store


@pytest.fixture
def sqlite_store(empty_database: Path, tmp_path: Path) -> Iterator[Store]:
    """An empty SQLite database."""
    path = tmp_path / "pop.sqlite3"
    shutil.copy(empty_database, path)
    opened = Store(f"sqlite:///{path}")
    yield opened
    opened.close()


@pytest.fixture
def create_installation(store: Store, clock: Clock, tmp_path: Path) -> Callable[..., Installation]:
    """A factory: an installation with one employer (`acme`), on an empty database, with a clock that stands still."""

    def create(**parts: object) -> Installation:
        employer = EmployerConfig("acme", "Maatwerk De Schakel", "employer", "nl", "Europe/Brussels", "BE", "general")
        values: dict[str, object] = {
            "store": store,
            "master_key": MasterKey(bytes(32)),
            "clock": clock,
            "mappings": MappingFolders(),
            "sources": {},
            "employers": {"acme": employer},
            "base_url": "http://pop.example",
        }
        installation = Installation(**{**values, **parts})  # type: ignore[arg-type]
        register_organisations(TIMER, installation)
        return installation

    return create


@pytest.fixture
def installation(create_installation: Callable[..., Installation]) -> Installation:
    return create_installation()


@pytest.fixture(scope="session")
def postgresql_url() -> str:
    """The address of a PostgreSQL in which tests may make databases of their own (POP_TEST_POSTGRESQL)."""
    url = os.environ.get("POP_TEST_POSTGRESQL")
    if not url:
        leave_out("PostgreSQL tests, for POP_TEST_POSTGRESQL names no server")
        raise AssertionError
    return url


@pytest.fixture(scope="session")
def postgresql_template(postgresql_url: str) -> Iterator[str]:
    """The name of a database with the newest schema; tests get copies of it."""
    name = f"pop_template_{uuid.uuid4().hex[:12]}"
    _administer(postgresql_url, f"CREATE DATABASE {name}")
    template = Store(_named(postgresql_url, name))
    upgrade(template)
    template.close()
    yield name
    _administer(postgresql_url, f"DROP DATABASE {name}")


@pytest.fixture(scope="session")
def postgresql_pool(postgresql_url: str) -> Iterator[list[str]]:
    """Databases that a test has used and that are empty again: making one costs ten times as much as emptying it."""
    names: list[str] = []
    yield names
    for name in names:
        _administer(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_store(postgresql_url: str, postgresql_template: str, postgresql_pool: list[str]) -> Iterator[Store]:
    """An empty PostgreSQL database of its own."""
    if postgresql_pool:
        name = postgresql_pool.pop()
    else:
        name = f"pop_test_{uuid.uuid4().hex[:12]}"
        _administer(postgresql_url, f"CREATE DATABASE {name} TEMPLATE {postgresql_template}")
    opened = Store(_named(postgresql_url, name))
    yield opened
    opened.close()
    if emptied(_named(postgresql_url, name), _named(postgresql_url, postgresql_template)):
        postgresql_pool.append(name)
    else:
        _administer(postgresql_url, f"DROP DATABASE {name} WITH (FORCE)")


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


def _administer(url: str, statement: str) -> None:
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()
