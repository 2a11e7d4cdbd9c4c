"""Asking for what changed, by form, per person, and whether something may be read at all."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import parse_qsl

import pytest
import responses

from connector.errors import AnswerError, MappingError, ResourceRefusedError
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Raw, Reader, ResourceRequest
from tests.sources.rest_host import URL, RestHost, people

SINCE = "2026-11-22T09:00:00+00:00"


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def reader(**options: Any) -> Reader:
    return open_reader("rest", Connection("bron", options=options, url=URL, password="Token-123"))


def read(options: dict[str, Any], since: str | None = SINCE, parent: Raw | None = None) -> list[Raw]:
    pages = reader().pages(ResourceRequest("people", {"path": "people", **options}, parent, since))
    return [row for page in pages for row in page.records]


@pytest.mark.parametrize(
    ("params", "since", "asked"),
    [
        ({}, {"params": {"updated_since": "{since}"}}, {"updated_since": "2026-11-22T09:00:00Z"}),
        ({}, {"params": {"from": "{since}"}, "format": "epoch"}, {"from": "1795338000"}),
        (
            {"$filter": "status eq 't' or status eq 'f'"},
            {"params": {"$filter": "changed ge {since}"}, "format": "odata_v2"},
            {"$filter": "(status eq 't' or status eq 'f') and changed ge datetimeoffset'2026-11-22T09:00:00Z'"},
        ),
        (
            {"filters": "all", "x": 1},
            {"params": {"filters": '[["modified",">=","{since}"]]'}, "format": "%Y-%m-%d", "zone": "Europe/Brussels"},
            {"filters": '[["modified",">=","2026-11-22"]]', "x": "1"},
        ),
    ],
)
def test_what_is_asked_when_only_changes_are(
    params: dict[str, Any], since: dict[str, Any], asked: dict[str, str], network: responses.RequestsMock
) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    read({"params": params, "since": since})
    read({"params": params, "since": since}, since=None)
    assert [query for _, query in host.asked] == [asked, {name: str(value) for name, value in params.items()}]


def test_a_source_that_cannot_be_asked_is_read_whole(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: people(3)).listen(network)
    assert len(read({})) == 3


@pytest.mark.parametrize(
    ("told", "asked"),
    [(True, {"filter": 'changed ge "2026-11-22T09:00:00Z"'}), (False, {}), (None, {})],
    ids=["it can", "it cannot", "it does not say"],
)
def test_a_source_that_tells_whether_it_can_be_asked(
    told: bool | None, asked: dict[str, str], network: responses.RequestsMock
) -> None:
    calls = network.get(f"{URL}/about", json={"filter": {"supported": told}})
    host = RestHost(lambda *_: people(1))
    host.listen(network)
    supported = {"path": "about", "holds": "filter.supported"}
    options = {"path": "people", "since": {"params": {"filter": 'changed ge "{since}"'}, "supported": supported}}
    opened = reader()
    for name in ("people", "people again"):
        assert len(list(opened.pages(ResourceRequest(name, options, since=SINCE)))) == 1
    assert [query for _, query in host.asked] == [asked, asked]
    assert calls.call_count == 1
    list(reader().pages(ResourceRequest("people", options)))
    assert calls.call_count == 1  # what is read whole needs no answer


@pytest.mark.parametrize(
    "since",
    [
        {},
        {"params": {"x": "y"}},
        {"params": {"x": "{since}"}, "format": "rfc"},
        {"params": {"x": "{since}"}, "zone": "Mars"},
        {"params": {"x": "{since}"}, "supported": {"path": "about"}},
    ],
)
def test_a_wrong_since_table(since: dict[str, Any]) -> None:
    with pytest.raises(MappingError, match=r"resources\.people\.read: since"):
        read({"since": since})


def test_form_parameters(network: responses.RequestsMock) -> None:
    sent: list[Any] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        sent.append((request.headers["Content-Type"], dict(parse_qsl(request.body))))
        return 200, {}, json.dumps(people(1))

    network.add_callback("POST", f"{URL}/server.php", callback=answer)
    options = {
        "path": "server.php",
        "method": "FORM",
        "params": {"wsfunction": "f", "courseid": "{parent.id}", "all": True},
    }
    assert read(options, parent={"id": 17}) == people(1)
    assert sent == [("application/x-www-form-urlencoded", {"wsfunction": "f", "courseid": "17", "all": "true"})]


def test_parameters_of_a_parent_keep_their_kind(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    params = {"id": "{parent.id}", "where": {"unit": ["u-{parent.unit.code}"]}, "json": '{"a": 1}'}
    read({"method": "POST", "params": params}, parent={"id": 17, "unit": {"code": "A/B"}})
    assert host.bodies == [{"id": 17, "where": {"unit": ["u-A/B"]}, "json": '{"a": 1}'}]
    with pytest.raises(AnswerError, match="nothing usable at 'id'"):
        read({"params": {"id": "{parent.id}"}}, parent={"name": "x"})


def test_a_list_is_sent_as_the_same_parameter_several_times(network: responses.RequestsMock) -> None:
    sent: list[str] = []

    def answer(request: Any) -> tuple[int, dict[str, str], str]:
        sent.append(request.body or request.url.partition("?")[2])
        return 200, {}, "[]"

    for method in ("GET", "POST"):
        network.add_callback(method, f"{URL}/people", callback=answer)
    params = {"status": ["A", "L"], "left[]": [True, False], "n": [1]}
    read({"params": params})
    read({"params": params, "method": "FORM"})
    assert sent == ["status=A&status=L&left%5B%5D=true&left%5B%5D=false&n=1"] * 2
    read({"params": params, "method": "POST"})
    assert json.loads(sent[2]) == params


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"path": "people?left=1"}, "path: must end before `[?]` and `#`: parameters stand in `params`"),
        ({"path": "people#x"}, "path: must end before `[?]`"),
        ({"probe": {"path": "me?x=1"}}, "probe: path: must end before"),
        ({"params": {"filter": {"a": 1}}}, "'filter' is a table, which only POST can send: write it as a text"),
    ],
)
def test_a_call_that_cannot_be_sent_as_it_stands_is_refused(
    options: dict[str, Any], sentence: str, network: responses.RequestsMock
) -> None:
    RestHost(lambda *_: []).listen(network)
    with pytest.raises(MappingError, match=sentence):
        read(options)


def test_an_empty_list_in_the_place_of_an_object_is_no_records(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: {"employees": []}).listen(network)
    assert read({"records": "employees", "key_as": "id"}) == []


def test_records_that_stand_in_an_object_by_their_key(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: {"employees": {"7": {"action": "Deleted"}, "9": {"action": "Updated"}}}).listen(network)
    found = read({"records": "employees", "key_as": "id"})
    assert found == [{"action": "Deleted", "id": "7"}, {"action": "Updated", "id": "9"}]


def test_a_probe_asks_for_one_record(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: people(1))
    host.listen(network)
    paged = {"path": "people", "pagination": {"kind": "page", "default_size": 100}}
    reader().probe(ResourceRequest("people", paged))
    reader().probe(ResourceRequest("skills", {"path": "people/{parent.id}/skills"}))
    assert host.asked == [("/api/people", {"page": "1", "limit": "1"})]


PROBE = {"path": "metainfo", "holds": "getConnectors[?id=='People']"}


@pytest.mark.parametrize(
    ("options", "answer"),
    [
        ({}, (403, {}, "")),
        ({"may_be_empty": False}, []),
        ({"probe": PROBE}, {"getConnectors": [{"id": "Units"}]}),
        ({"probe": PROBE}, {"getConnectors": None}),
    ],
)
def test_unavailable_is_not_empty(options: dict[str, Any], answer: Any, network: responses.RequestsMock) -> None:
    RestHost(lambda *_: answer).listen(network)
    with pytest.raises(ResourceRefusedError):
        reader().probe(ResourceRequest("people", {"path": "people", **options}))


def test_a_probe_that_holds(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: {"getConnectors": [{"id": "People"}]})
    host.listen(network)
    reader().probe(ResourceRequest("people", {"path": "people", "probe": PROBE}))
    assert host.asked == [("/api/metainfo", {})]


def test_a_whole_scan_without_anybody_where_there_always_is_somebody(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: []).listen(network)
    with pytest.raises(ResourceRefusedError, match="nothing came, where there always is something"):
        read({"may_be_empty": False}, since=None)
    assert read({"may_be_empty": False, "since": {"params": {"x": "{since}"}}}) == []


def test_several_threads_read_each_their_own_parent() -> None:
    host = RestHost(lambda path, _: [{"path": path}])
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        host.listen(mock)
        one = reader()

        def pages(number: int) -> list[Raw]:
            request = ResourceRequest("skills", {"path": "p/{parent.id}"}, {"id": number})
            return [row for page in one.pages(request) for row in page.records]

        with ThreadPoolExecutor(8) as pool:
            found = list(pool.map(pages, range(50)))
    assert found == [[{"path": f"/api/p/{number}"}] for number in range(50)]
