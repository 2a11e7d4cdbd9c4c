"""The conformance checks of scim2-tester, on the real endpoint: none may find an error."""

from __future__ import annotations

from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from tests.push.conftest import Door


def test_no_check_of_scim2_tester_finds_an_error(door: Door) -> None:
    client = WSGISCIMClient(
        door.app,
        base_url="http://pop.example/scim/v2/pushed",
        headers={"Authorization": f"Bearer {door.tokens['pushed']}"},
    )

    results = check_server(client)

    wrong = [f"{result.title}: {result.reason}" for result in results if result.status is Status.ERROR]
    assert wrong == []
    assert len([result for result in results if result.status is Status.SUCCESS]) > 60
    assert {result.resource_type for result in results} >= {"User", "Group"}
