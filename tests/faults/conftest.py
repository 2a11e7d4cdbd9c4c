"""Places for each fault: SQLite always, PostgreSQL where a server is named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.bench.databases import Databases
from tests.faults.places import Places


@pytest.fixture
def places(tmp_path: Path) -> Iterator[Places]:
    databases = Databases(tmp_path)
    yield Places(tmp_path, databases)
    databases.drop_all()


@pytest.fixture(params=["sqlite", "postgresql"])
def backend(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    if name == "postgresql":
        request.getfixturevalue("postgresql_url")
    return name
