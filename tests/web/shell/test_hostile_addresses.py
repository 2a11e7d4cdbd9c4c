"""Addresses that nobody clicked: on PostgreSQL too they end in a page, never in an error of ours."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from connector.domain.access import Role
from connector.services.installation import Installation
from connector.store.database import Store
from tests.web.conftest import PageClient

ADDRESSES = [
    (Role.HR, "/go/hr/%00"),
    (Role.HR, "/go/%00/1"),
    (Role.HR, "/dossiers?q=%00"),
    (Role.HR, "/quarantine?source=%00"),
    (Role.HR, "/quarantine?reason=%00"),
    (Role.HR, "/review?source=%00"),
    (Role.HR, "/trail?source=%00&key=1"),
    (Role.HR, "/trail?source=hr&key=%00"),
    (Role.HR, "/trail?key=%00"),
    (Role.HR, "/runs?source=%00"),
    (Role.HR, "/runs?source=%ED%A0%80"),
    (Role.ADMINISTRATOR, "/runs?page=999999999"),
]


@pytest.fixture
def store(postgresql_store: Store) -> Store:
    return postgresql_store


@pytest.mark.parametrize(("role", "address"), ADDRESSES)
def test_an_address_with_what_no_database_holds_is_answered(
    client_as: Callable[..., PageClient], installation: Installation, role: Role, address: str
) -> None:
    answer = client_as(role).browser.get(address)
    assert answer.status_code in (200, 400, 404)


def test_a_form_with_what_no_database_holds_is_answered(client_as: Callable[..., PageClient]) -> None:
    client = client_as(Role.ADMINISTRATOR)
    for path, form in [
        ("/review/joined/undo", {"source": "\0", "key": "\0"}),
        ("/quarantine/replay", {"source": "\0"}),
        ("/trail", {"source": "\0", "key": "1"}),
        ("/connections/%00/sync", {}),
        ("/language", {"language": "\0"}),
        ("/role", {"membership": "\0"}),
    ]:
        answer = client.browser.post(path, data={"csrf_token": client.token(), **form})
        assert answer.status_code in (302, 400, 404), path
