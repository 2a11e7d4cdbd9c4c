"""What the database itself must hold, on both of them: two at the same moment, and the newest whatever the order."""

from __future__ import annotations

import random
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select

from connector.domain.access import TIMER
from connector.domain.scim_error import ScimError
from connector.domain.scim_filter import parse_filter
from connector.domain.scim_types import GROUP, USER
from connector.domain.standard_webhook import secret_bytes, sign
from connector.errors import NotFoundError
from connector.services.scim import create_resource, delete_resource, find_resource, patch_resource
from connector.services.scim_list import Search, list_resources
from connector.services.webhooks import Delivery, receive_webhook
from connector.store.database import Store
from connector.store.pushed import PushedRecord, ReceivedEvent
from connector.store.work import DueWork
from tests.conftest import NOW
from tests.push.conftest import SECRET, Door

AT_ONCE = 6
PATCH_OP = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    found: Store = request.getfixturevalue(f"{request.param}_store")
    return found


def at_once(act: Callable[[int], Any]) -> list[Any]:
    """What each of several threads got that began at the same moment; a ScimError is an answer too."""
    barrier = Barrier(AT_ONCE)

    def one(number: int) -> Any:
        barrier.wait(10)
        try:
            return act(number)
        except ScimError as error:
            return error.kind

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, range(AT_ONCE)))


def deliver(door: Door, event: str, body: bytes) -> bool:
    stamp = str(int(NOW.timestamp()))
    signature = sign(secret_bytes(SECRET, ""), event, stamp, body)
    return receive_webhook(TIMER, door.installation, "pushed", Delivery(event, stamp, signature, body))


def test_one_event_delivered_at_once_is_taken_in_once(door: Door) -> None:
    body = b'{"timestamp":"2026-11-23T09:00:00Z","data":{"resource":"r","key":"1","record":{"a":"\\u0000"}}}'
    taken = at_once(lambda _: deliver(door, "msg", body))
    assert sorted(taken) == [False] * (AT_ONCE - 1) + [True]
    with door.installation.store.read() as session:
        for table in (ReceivedEvent, PushedRecord, DueWork):
            assert session.scalar(select(func.count()).select_from(table)) == 1


def test_the_newest_wins_whoever_writes_last(door: Door) -> None:
    chance = random.Random(3)
    moments = [NOW - timedelta(microseconds=chance.randrange(10**9)) for _ in range(60)]
    bodies = [
        f'{{"timestamp":"{at.isoformat()}","data":{{"resource":"r","key":"1","record":{{"n":{number}}}}}}}'.encode()
        for number, at in enumerate(moments)
    ]
    at_once(lambda thread: [deliver(door, f"m{n}", body) for n, body in enumerate(bodies) if n % AT_ONCE == thread])
    newest = max(range(60), key=lambda number: moments[number])
    assert door.kept() == {("r", "1"): ({"n": newest}, moments[newest], False)}


def test_one_name_is_given_once(door: Door) -> None:
    made = at_once(lambda _: create_resource(TIMER, door.installation, "pushed", USER, {"userName": "amina"}))
    assert sum(one == "uniqueness" for one in made) == AT_ONCE - 1
    assert list_resources(TIMER, door.installation, "pushed", USER, Search()).total == 1


def test_no_member_is_lost_when_all_are_added_at_once(door: Door) -> None:
    key = create_resource(TIMER, door.installation, "pushed", GROUP, {"displayName": "Ploeg"}).key

    def add(number: int) -> Any:
        message = {"Operations": [{"op": "add", "path": "members", "value": [{"value": f"m{number}"}]}]}
        return patch_resource(TIMER, door.installation, "pushed", GROUP, key, message)

    at_once(add)
    members = find_resource(TIMER, door.installation, "pushed", GROUP, key).body["members"]
    assert sorted(member["value"] for member in members) == [f"m{number}" for number in range(AT_ONCE)]


@pytest.mark.parametrize("name", ["id", "externalId", "userName"])
@pytest.mark.parametrize("text", ["\\u0000", "\\ud800"])
def test_a_name_that_no_database_holds_is_nobodys(door: Door, name: str, text: str) -> None:
    create_resource(TIMER, door.installation, "pushed", USER, {"userName": "amina"})
    search = Search(parse_filter(f'{name} eq "{text}"'))
    assert list_resources(TIMER, door.installation, "pushed", USER, search).total == 0


def test_what_has_changed_since_is_not_deleted(door: Door) -> None:
    """All of them saw the same version: one may act on it."""
    for number in range(10):
        made = create_resource(TIMER, door.installation, "pushed", USER, {"userName": f"u{number}"})

        def act(thread: int, key: str = made.key, version: str = made.version) -> bool:
            change = {"Operations": [{"op": "add", "path": "title", "value": f"t{thread}"}], "schemas": [PATCH_OP]}
            try:
                if thread % 2:
                    patch_resource(TIMER, door.installation, "pushed", USER, key, change, version)
                else:
                    delete_resource(TIMER, door.installation, "pushed", USER, key, version)
            except NotFoundError:
                return False
            return True

        assert [one for one in at_once(act) if one is True] == [True]
