"""Every kind of pagination reads everything, once, from hosts that clamp, count wrong or go round in circles."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import responses
from hypothesis import given, settings
from hypothesis import strategies as st

from connector.errors import AnswerError, IncompleteScanError
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest
from tests.sources.rest_host import URL, Asked, RestHost, people

PAGED = {"kind": "page", "page": "p", "size": "n"}
OFFSET = {"kind": "offset", "offset": "from", "size": "n"}


def read(
    answer: Callable[[str, Asked], Any],
    pagination: dict[str, Any],
    start: Cursor | None = None,
    page_size: int | None = 10,
    **options: Any,
) -> tuple[list[Page], RestHost]:
    host = RestHost(answer)
    reader = open_reader("rest", Connection("bron", url=URL, page_size=page_size))
    given_options = {"path": "people", "records": "rows", "total": "total", "pagination": pagination, **options}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        host.listen(network)
        pages = list(reader.pages(ResourceRequest("employees", given_options), start))
    reader.close()
    return pages, host


def ids(pages: list[Page]) -> list[int]:
    return [row["id"] for page in pages for row in page.records]


def by_page(rows: list[Any], clamp: int = 1000, first: int = 1) -> Callable[[str, Asked], Any]:
    def answer(_: str, asked: Asked) -> Any:
        size, number = min(int(asked["n"]), clamp), int(asked["p"]) - first
        return {"rows": rows[number * size : (number + 1) * size], "total": len(rows), "nextPage": number + 2}

    return answer


def by_offset(rows: list[Any], clamp: int = 1000, first: int = 0) -> Callable[[str, Asked], Any]:
    def answer(_: str, asked: Asked) -> Any:
        begin = int(asked["from"]) - first
        return {"rows": rows[begin : begin + min(int(asked["n"]), clamp)], "total": len(rows)}

    return answer


@settings(deadline=None, max_examples=50)
@given(count=st.integers(0, 60), size=st.integers(1, 25), clamp=st.integers(1, 25), counted=st.booleans())
def test_nothing_is_lost_or_doubled_whatever_the_sizes(count: int, size: int, clamp: int, counted: bool) -> None:
    rows = people(count)
    total = {} if counted else {"total": None}
    for answer, pagination in ((by_page(rows, clamp), PAGED), (by_offset(rows, clamp), OFFSET)):
        pages, _ = read(answer, pagination, page_size=size, **total)
        assert ids(pages) == list(range(1, count + 1))
        assert pages[-1].next is None
        assert {page.total for page in pages} == ({count} if counted else {None})


@settings(deadline=None, max_examples=50)
@given(count=st.integers(1, 40), size=st.integers(1, 10), other=st.integers(1, 10), stop=st.integers(0, 10))
def test_a_scan_goes_on_where_it_stopped_even_with_another_page_size(
    count: int, size: int, other: int, stop: int
) -> None:
    rows = people(count)
    for answer, pagination in ((by_page(rows), PAGED), (by_offset(rows), OFFSET)):
        whole, _ = read(answer, pagination, page_size=size)
        before = whole[: stop + 1]
        if before[-1].next is None:
            continue
        after, _ = read(answer, pagination, before[-1].next, page_size=other)
        assert ids(before) + ids(after) == list(range(1, count + 1))


def test_the_declared_total_ends_it_without_another_call() -> None:
    pages, host = read(by_page(people(20)), PAGED)
    assert len(pages) == len(host.asked) == 2


def test_a_next_page_after_the_last_one_is_not_believed() -> None:
    """IceHrm names one for ever; without a count the empty page ends it."""
    pages, host = read(by_page(people(20)), PAGED, total=None)
    assert ids(pages) == list(range(1, 21))
    assert [asked["p"] for _, asked in host.asked] == ["1", "2", "3"]


def test_counting_from_one() -> None:
    pages, host = read(by_offset(people(25), clamp=7, first=1), {**OFFSET, "first": 1})
    assert ids(pages) == list(range(1, 26))
    assert [asked["from"] for _, asked in host.asked] == ["1", "8", "15", "22"]


def test_counting_pages_from_zero() -> None:
    pages, _ = read(by_page(people(25), first=0), {**PAGED, "first": 0})
    assert ids(pages) == list(range(1, 26))


def test_without_a_page_size_none_is_asked() -> None:
    _, host = read(lambda *_: {"rows": people(3), "total": 3}, PAGED, page_size=None)
    assert host.asked == [("/api/people", {"p": "1"})]


def test_the_mapping_may_have_a_page_size_of_its_own() -> None:
    _, host = read(by_page(people(3)), {**PAGED, "default_size": 50}, page_size=None)
    assert host.asked[0][1]["n"] == "50"


def test_without_pagination_there_is_one_page() -> None:
    pages, host = read(lambda *_: people(3), {"kind": "none"}, records="@", total=None)
    assert (ids(pages), len(host.asked), host.asked[0][1]) == ([1, 2, 3], 1, {})


@pytest.mark.parametrize(
    "link",
    [
        "/api/people?c={}",
        "people?c={}",
        "https://hr.example/api/people?c={}",
        "http://hr.example/api/people?c={}",
        "https://hr.example:443/api/people?c={}",
    ],
)
def test_links_in_the_body(link: str) -> None:
    def answer(_: str, asked: Asked) -> Any:
        at = int(asked.get("c", 0))
        return {"rows": people(50)[at : at + 20], "next": link.format(at + 20) if at < 40 else None, "total": 50}

    pages, host = read(answer, {"kind": "next_link", "next": "next"}, params={"x": True})
    assert ids(pages) == list(range(1, 51))
    assert [asked for _, asked in host.asked] == [{"x": "true"}, {"c": "20"}, {"c": "40"}]
    assert ids(pages[:1]) + ids(read(answer, {"kind": "next_link", "next": "next"}, pages[0].next)[0]) == ids(pages)


def test_links_in_the_header() -> None:
    def answer(_: str, asked: Asked) -> Any:
        page = int(asked.get("page", 1))
        header = f'<{URL}/people?page={page + 1}>; rel="next", <{URL}/people?page=1>; rel="first"'
        return 200, {"Link": header} if page < 3 else {}, f'[{{"id": {page}}}]'

    pages, _ = read(answer, {"kind": "link_header"}, records="@", total=None)
    assert ids(pages) == [1, 2, 3]


def test_an_empty_page_within_links_is_passed_unless_the_mapping_says_that_it_is_the_last() -> None:
    def answer(_: str, asked: Asked) -> Any:
        at = int(asked.get("c", 0))
        return {"rows": [{"id": at}] if at != 1 else [], "next": f"people?c={at + 1}" if at < 2 else ""}

    links = {"kind": "next_link", "next": "next"}
    assert ids(read(answer, links, total=None)[0]) == [0, 2]
    assert ids(read(answer, {**links, "stop_when_empty": True}, total=None)[0]) == [0]


@pytest.mark.parametrize("link", ["https://evil.example/people", "//evil.example/x", "https://hr.example:8443/x", 7])
def test_a_next_page_on_another_host_is_refused(link: Any) -> None:
    with pytest.raises(AnswerError, match="another host") as caught:
        read(lambda *_: {"rows": people(1), "next": link}, {"kind": "next_link", "next": "next"}, total=None)
    assert "evil" not in str(caught.value)


@pytest.mark.parametrize("pagination", [PAGED, OFFSET], ids=["page", "offset"])
def test_a_host_that_ignores_the_page_is_found_out(pagination: dict[str, Any]) -> None:
    with pytest.raises(AnswerError, match="gives the same page twice"):
        read(lambda *_: {"rows": people(5), "total": 20}, pagination)


def test_links_that_go_round_are_found_out() -> None:
    def answer(_: str, asked: Asked) -> Any:
        at = int(asked.get("c", 0))
        return {"rows": [{"id": at, "seen": len(host_calls)}], "next": f"people?c={(at + 1) % 3}"}

    host_calls: list[int] = []

    def counting(path: str, asked: Asked) -> Any:
        host_calls.append(1)
        return answer(path, asked)

    with pytest.raises(AnswerError, match="leads back to a page that was read before"):
        read(counting, {"kind": "next_link", "next": "next"}, total=None)
    assert len(host_calls) < 8


def test_a_total_that_grows_is_followed() -> None:
    totals = iter([20, 25, 25])
    pages, _ = read(lambda p, a: {**by_page(people(25))(p, a), "total": next(totals)}, PAGED)
    assert ids(pages) == list(range(1, 26))


def test_rows_that_vanish_are_left_to_the_count_of_the_engine() -> None:
    pages, _ = read(lambda p, a: {**by_page(people(15))(p, a), "total": 16}, PAGED)
    assert (len(ids(pages)), pages[-1].total, pages[-1].next) == (15, 16, None)


def test_what_is_read_per_record_is_counted_here() -> None:
    reader = open_reader("rest", Connection("bron", url=URL))
    host = RestHost(lambda *_: {"rows": [], "total": 2})
    options = {"path": "people/{parent.id}/skills", "records": "rows", "total": "total", "pagination": PAGED}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        host.listen(network)
        with pytest.raises(IncompleteScanError, match="0 records came, but the source says that it has 2"):
            list(reader.pages(ResourceRequest("ratings", options, {"id": 5})))


KEYSET = {"kind": "keyset", "key": "id", "above": "after"}


def test_keys_that_are_not_in_order_are_an_error() -> None:
    with pytest.raises(AnswerError, match="not sorted by the key"):
        read(lambda *_: {"rows": people(3)[::-1], "total": 3}, KEYSET)


@pytest.mark.parametrize("key", [None, {"a": 1}, True, [1]])
def test_a_key_that_nothing_can_be_asked_above(key: Any) -> None:
    with pytest.raises(AnswerError, match="no usable value at the key"):
        read(lambda *_: {"rows": [{"id": key}], "total": 1}, KEYSET)


def test_several_keys_are_asked_together() -> None:
    """Rows that share a moment are told apart by their number."""
    rows = [{"at": f"2026-11-{day}", "id": number} for day in (20, 21) for number in range(1, 6)]

    def answer(_: str, asked: Asked) -> Any:
        above = (asked.get("from", ""), int(asked.get("id", 0)))
        return {"rows": [row for row in rows if (row["at"], row["id"]) > above][:2], "total": 10}

    pages, host = read(answer, {"kind": "keyset", "key": ["at", "id"], "above": ["from", "id"]})
    assert [row for page in pages for row in page.records] == rows
    assert host.asked[-1][1] == {"from": "2026-11-21", "id": "5", "limit": "10"}


def test_a_host_that_ignores_the_key_is_found_out() -> None:
    with pytest.raises(AnswerError, match="gives the same page twice"):
        read(lambda *_: {"rows": people(5), "total": 20}, KEYSET)


@pytest.mark.parametrize("following", [["x"], {"a": 1}, 1.5])
def test_a_cursor_that_is_not_one(following: Any) -> None:
    with pytest.raises(AnswerError, match="not a text or a number"):
        read(lambda *_: {"rows": people(1), "total": 9, "next": following}, {"kind": "cursor", "next": "next"})


def test_a_cursor_that_comes_back_is_found_out() -> None:
    rows = iter(people(9))
    with pytest.raises(AnswerError, match="leads back to a page that was read before"):
        read(lambda *_: {"rows": [next(rows)], "total": 9, "next": "same"}, {"kind": "cursor", "next": "next"})
