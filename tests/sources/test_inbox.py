"""Records that were pushed to us, read as from any other source."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from connector.errors import MappingError
from connector.services.installation import Installation
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest
from connector.store.pushed import PushedRecord
from connector.store.sync_state import Source

MOMENT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def pushed(installation: Installation) -> Installation:
    with installation.store.begin() as session:
        session.add(Source(id=1, name="push", employer_id=1, mapping="hr/x", kind="hr"))
        session.add(Source(id=2, name="other", employer_id=1, mapping="hr/x", kind="hr"))
        session.flush()
        for number in range(1, 13):
            values: dict[str, Any] = {"key": f"k{number}", "stamp": MOMENT, "tie": "e", "created_at": MOMENT}
            session.add(
                PushedRecord(
                    source_id=2 if number == 12 else 1,
                    resource="Groups" if number == 11 else "Users",
                    body={} if number == 10 else {"id": number},
                    is_deleted=number == 10,
                    received_at=MOMENT + timedelta(minutes=number),
                    **values,
                )
            )
    return installation


def read(
    installation: Installation, start: Cursor | None = None, since: str | None = None, **options: Any
) -> list[Page]:
    reader = open_reader("inbox", Connection("push", page_size=4), store=installation.store)
    request = ResourceRequest("Users", options, since=since)
    reader.probe(request)
    return list(reader.pages(request, start))


def ids(pages: list[Page]) -> list[Any]:
    return [row.get("id") for page in pages for row in page.records]


def test_the_living_of_one_source_and_resource(pushed: Installation) -> None:
    pages = read(pushed)
    assert ids(pages) == list(range(1, 10))
    assert (pages[-1].total, pages[-1].next) == (9, None)
    assert pages[0].records[0]["pushed"] == {
        "key": "k1",
        "stamp": "2026-11-22T09:00:00+00:00",
        "received_at": "2026-11-22T09:01:00+00:00",
        "is_deleted": False,
    }
    assert ids(pages[:1]) + ids(read(pushed, pages[0].next)) == ids(pages)
    assert ids(read(pushed, resource="Groups")) == [11]


def test_what_came_in_since_with_what_was_deleted(pushed: Installation) -> None:
    since = (MOMENT + timedelta(minutes=8)).isoformat()
    assert ids(read(pushed, since=since)) == [8, 9]
    (page,) = read(pushed, since=since, deleted=True)
    assert [(row["pushed"]["key"], row["pushed"]["is_deleted"]) for row in page.records] == [
        ("k8", False),
        ("k9", False),
        ("k10", True),
    ]


def test_a_wrong_read_table(pushed: Installation) -> None:
    with pytest.raises(MappingError, match="deletd"):
        read(pushed, deletd=True)
    with pytest.raises(MappingError, match="without a database"):
        open_reader("inbox", Connection("push"))
