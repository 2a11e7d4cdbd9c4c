"""Every kind of pagination against a real host that clamps, skips, doubles, miscounts, changes and never ends."""

from __future__ import annotations

from typing import Any

import pytest

from connector.errors import AnswerError, IncompleteScanError
from connector.sources import scan_guard
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest
from tests.sources.loopback import Host, Row, listening

COUNT = 25
BODY = {"records": "rows", "total": "total"}
KINDS: dict[str, dict[str, Any]] = {
    "page": {**BODY, "pagination": {"kind": "page", "size": "size"}},
    "offset": {**BODY, "pagination": {"kind": "offset", "offset": "at", "size": "size"}},
    "offset with a key": {**BODY, "pagination": {"kind": "offset", "offset": "at", "size": "size", "key": "id"}},
    "keyset": {**BODY, "pagination": {"kind": "keyset", "key": "id", "above": "above", "size": "size"}},
    "next_link": {**BODY, "pagination": {"kind": "next_link", "next": "next", "size": "size"}},
    "link_header": {**BODY, "pagination": {"kind": "link_header", "size": "size"}},
    "cursor": {**BODY, "pagination": {"kind": "cursor", "next": "next", "size": "size"}},
    "odata2": {"pagination": {"kind": "odata"}},
    "odata4": {"pagination": {"kind": "odata"}},
    "scim": {"pagination": {"kind": "scim"}},
    "scim with a key": {"pagination": {"kind": "scim", "key": "id"}},
    "scim cursor": {"pagination": {"kind": "scim"}},
}
COUNTED = [name for name in KINDS if name.split()[0] in ("page", "offset") or name in ("scim", "scim with a key")]
NAMED = [name for name in KINDS if name not in COUNTED and name != "keyset"]


def people(count: int = COUNT, first: int = 1) -> list[Row]:
    return [{"id": number} for number in range(first, first + count)]


def host_of(name: str, **parts: Any) -> Host:
    kind = name if name == "scim cursor" else name.removesuffix(" with a key")
    return Host(kind, parts.pop("rows", people()), **parts)


def read(host: Host, name: str, **options: Any) -> list[Page]:
    with listening(host) as url:
        return read_from(url, name, **options)


def read_from(url: str, name: str, start: Cursor | None = None, page_size: int = 10, **options: Any) -> list[Page]:
    connection = Connection("bron", url=url, page_size=page_size, allow_http=True, allow_private=True)
    reader = open_reader("rest", connection)
    try:
        return list(reader.pages(ResourceRequest("people", {"path": "people", **KINDS[name], **options}), start))
    finally:
        reader.close()


def ids(pages: list[Page]) -> list[int]:
    return [row["id"] for page in pages for row in page.records]


@pytest.mark.parametrize("name", KINDS)
def test_a_host_that_gives_fewer_rows_than_asked_loses_none(name: str) -> None:
    for clamp in (7, 100):
        pages = read(host_of(name, clamp=clamp), name)
        assert ids(pages) == list(range(1, COUNT + 1))
        assert (pages[-1].next, pages[-1].total) == (None, COUNT)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_there(name: str) -> None:
    pages = read(host_of(name, rows=[]), name)
    assert (ids(pages), pages[-1].next, pages[-1].total) == ([], None, 0)


@pytest.mark.parametrize("name", KINDS)
def test_each_page_is_a_place_to_go_on_from(name: str) -> None:
    with listening(host_of(name)) as url:
        whole = read_from(url, name)
        for number, page in enumerate(whole[:-1], 1):
            rest = read_from(url, name, page.next, page_size=3)
            assert ids(whole[:number]) + ids(rest) == list(range(1, COUNT + 1))


@pytest.mark.parametrize("name", NAMED)
def test_an_empty_page_in_the_middle_is_passed(name: str) -> None:
    host = host_of(name, empty=frozenset({2}))
    found = ids(read(host, name))
    assert found == [1, 2, 3, 4, 5, 6, 7, *range(15, 26)]


@pytest.mark.parametrize("name", [*COUNTED, "keyset"])
def test_an_empty_page_in_the_middle_leaves_the_count_short(name: str) -> None:
    """The engine, which sees fewer records than the total, then holds nobody to be missing."""
    if name.endswith("key"):
        with pytest.raises(IncompleteScanError, match="came or went"):
            read(host_of(name, empty=frozenset({2})), name)
        return
    pages = read(host_of(name, empty=frozenset({2})), name)
    assert (len(ids(pages)), pages[-1].total, pages[-1].next) == (7, COUNT, None)


@pytest.mark.parametrize("name", KINDS)
def test_the_same_page_twice_is_an_error(name: str) -> None:
    with pytest.raises((AnswerError, IncompleteScanError)):
        read(host_of(name, doubled=2), name)


@pytest.mark.parametrize("name", NAMED)
def test_a_next_page_without_end_is_an_error(name: str) -> None:
    """With a count, as soon as more came; without one, after a number of pages that no employer has."""
    with pytest.raises(IncompleteScanError, match="26 records came and there are more, but the source says"):
        read(host_of(name, endless=True), name)


def test_a_next_page_without_end_and_without_count_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_guard, "MOST_PAGES", 40)
    with pytest.raises(AnswerError, match="does not end after 40 pages"):
        read(host_of("cursor", endless=True), "cursor", total=None)


def test_empty_pages_without_end_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan_guard, "MOST_EMPTY", 5)
    rows = people(1_000)
    with pytest.raises(AnswerError, match="does not end after 6 pages"):
        read(host_of("cursor", rows=rows, empty=frozenset(range(2, 100))), "cursor", total=None)


@pytest.mark.parametrize("name", KINDS)
def test_rows_that_arrive_at_the_end_while_reading_are_read(name: str) -> None:
    def arrive(host: Host) -> None:
        if len(host.calls) == 2:
            host.rows += people(2, first=COUNT + 1)

    pages = read(host_of(name, after=arrive), name)
    assert ids(pages) == list(range(1, COUNT + 3))
    assert pages[-1].total == COUNT + 2


def swap(host: Host) -> None:
    """The first row goes and a new one comes: the count stays the same."""
    if len(host.calls) == 2:
        host.rows = [*host.rows[1:], {"id": 99}]


@pytest.mark.parametrize("name", ["offset with a key", "scim with a key"])
def test_one_that_goes_while_another_comes_is_noticed(name: str) -> None:
    """By plain offset the count fits and one row is skipped: that is why a key may be named."""
    with pytest.raises(IncompleteScanError, match="records came or went while it was read"):
        read(host_of(name, after=swap), name)


def test_by_key_nobody_is_skipped_when_one_goes_and_another_comes() -> None:
    assert ids(read(host_of("keyset", after=swap), "keyset")) == [*range(1, COUNT + 1), 99]


@pytest.mark.parametrize("name", ["page", "offset", "scim", "cursor", "odata4"])
def test_a_total_that_does_not_fit_is_passed_on(name: str) -> None:
    pages = read(host_of(name, says=COUNT + 3), name)
    assert (len(ids(pages)), pages[-1].total) == (COUNT, COUNT + 3)


def test_a_link_of_odata_stays_on_the_host() -> None:
    host = host_of("odata4")
    host.after = lambda one: setattr(one, "url", "https://evil.example")
    with pytest.raises(AnswerError, match="another host"):
        read(host, "odata4")
