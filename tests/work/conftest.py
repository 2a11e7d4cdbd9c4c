"""These tests hold on both databases: locks, races and unique keys are the database's."""

from __future__ import annotations

import pytest

from connector.services.installation import Installation
from connector.store.database import Store
from tests.work.staff import Staff


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


@pytest.fixture
def staff(installation: Installation) -> Staff:
    return Staff(installation)
