"""What a REST source sends and expects, and what it says when the answer is another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import responses

from connector.errors import AnswerError, ConfigurationError, CredentialsError, MappingError
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Page, Raw, ResourceRequest
from tests.sources.rest_host import URL, RestHost, people

BEARER = {"auth": "bearer"}


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def pages_of(read: dict[str, Any], parent: Raw | None = None, **parts: Any) -> list[Page]:
    connection = Connection(**{"name": "bron", "url": URL, "password": "Token-123", **parts})
    reader = open_reader("rest", connection)
    return list(reader.pages(ResourceRequest("employees", read, parent)))


def test_a_good_check(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: {})
    host.listen(network)
    options = {"auth": "bearer", "check": {"path": "me", "params": {"full": False}}}
    open_reader("rest", Connection("bron", options=options, url=URL, password="Token-123")).check()
    assert host.asked == [("/api/me", {"full": "false"})]
    assert network.calls[0].request.headers["Authorization"] == "Bearer Token-123"


def test_a_wrong_login(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: (401, {}, "")).listen(network)
    options = {"auth": "bearer", "check": {"path": "me"}}
    with pytest.raises(CredentialsError) as caught:
        open_reader("rest", Connection("bron", options=options, url=URL, password="Token-123")).check()
    assert str(caught.value) == (
        "bron: the login was refused (401) (tried: GET /api/me on hr.example). "
        "Check user and password of [sources.bron]."
    )


@pytest.mark.parametrize(
    ("url", "base_path", "path"),
    [
        ("https://hr.example", "api/v2", "/api/v2/people"),
        ("https://hr.example/", "/api/v2/", "/api/v2/people"),
        ("https://hr.example/api/v2/", "api/v2", "/api/v2/people"),
        ("https://hr.example/icehrm", "api", "/icehrm/api/people"),
        ("https://hr.example/myapi", "api", "/myapi/api/people"),
    ],
)
def test_the_base_path_is_added_once(url: str, base_path: str, path: str, network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    pages_of({"path": "people"}, url=url, options={"base_path": base_path})
    assert host.asked == [(path, {})]


@pytest.mark.parametrize(
    ("parent", "path"),
    [
        ({"id": 17}, "/api/p/17/s"),
        ({"id": "a/b?c#d e"}, "/api/p/a%2Fb%3Fc%23d%20e/s"),
        ({"id": "şükrü"}, "/api/p/%C5%9F%C3%BCkr%C3%BC/s"),
        ({"id": "..%2f"}, "/api/p/..%252f/s"),
    ],
)
def test_a_path_with_something_of_the_parent(parent: Raw, path: str, network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    pages_of({"path": "p/{parent.id}/s"}, parent)
    assert host.asked == [(path, {})]


def test_a_deep_path_in_the_parent(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    pages_of({"path": "{parent.unit.code}/{parent.id}"}, {"id": 1, "unit": {"code": "A"}})
    assert host.asked == [("/api/A/1", {})]


@pytest.mark.parametrize("value", [None, "", " ", "..", ".", True, [], {}, 1.5])
def test_a_parent_without_a_usable_value(value: Any) -> None:
    with pytest.raises(AnswerError, match=r"nothing usable at 'id' \(tried: fill in p/\{parent.id\}/s\)"):
        pages_of({"path": "p/{parent.id}/s"}, {"id": value})


@pytest.mark.parametrize("path", ["p/{id}", "p/{parent.}", "p/{parent.id", "p/{parent[0]}"])
def test_a_placeholder_that_does_not_exist(path: str) -> None:
    with pytest.raises(MappingError, match=r"resources\.employees\.read\.path"):
        pages_of({"path": path}, {"id": 1})


def test_a_value_of_the_parent_is_not_a_placeholder(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: [])
    host.listen(network)
    pages_of({"path": "p/{parent.id}"}, {"id": "{parent.id}"})
    assert host.asked == [("/api/p/%7Bparent.id%7D", {})]


def test_an_error_names_the_pattern_and_not_the_person(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: (404, {}, "")).listen(network)
    with pytest.raises(ConfigurationError, match=r"GET /api/p/\{parent.mail\}/s on hr.example") as caught:
        pages_of({"path": "p/{parent.mail}/s"}, {"mail": "jan@acme.example"})
    assert "jan" not in str(caught.value)


def test_post_sends_its_parameters_as_json(network: responses.RequestsMock) -> None:
    host = RestHost(lambda *_: people(2))
    host.listen(network)
    pages = pages_of({"path": "search", "method": "POST", "params": {"all": True}})
    assert (host.bodies, [page.records for page in pages]) == ([{"all": True}], [people(2)])


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"data": None, "total": 0}, "no list of records at `data`"),
        ({"total": 0}, "no list of records at `data`"),
        ({"data": {"id": 1}, "total": 1}, "no list of records at `data`"),
        ({"data": ["Geheim"], "total": 1}, "no list of records at `data`"),
        (["Geheim"], "no list of records at `data`"),
        ("Geheim", "no list of records at `data`"),
        (None, "no list of records at `data`"),
        ({"error": "Geheim"}, "no list of records at `data`"),
        ({"data": []}, "how many records there are at `total`"),
        ({"data": [], "total": True}, "how many records there are at `total`"),
        ({"data": [], "total": -1}, "how many records there are at `total`"),
        ({"data": [], "total": "many"}, "how many records there are at `total`"),
        ({"data": [], "total": 1.5}, "how many records there are at `total`"),
    ],
)
def test_an_answer_of_another_shape(answer: Any, says: str, network: responses.RequestsMock) -> None:
    RestHost(lambda *_: answer).listen(network)
    with pytest.raises(AnswerError, match=says) as caught:
        pages_of({"path": "people", "records": "data", "total": "total"})
    assert str(caught.value).startswith("bron: ")
    assert "GET /api/people for employees" in str(caught.value)
    assert "Geheim" not in str(caught.value)


def test_a_total_in_text(network: responses.RequestsMock) -> None:
    RestHost(lambda *_: {"data": people(2), "total": "2"}).listen(network)
    assert pages_of({"path": "people", "records": "data", "total": "total"})[0].total == 2


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({}, "path"),
        ({"path": "p", "records": "a["}, "records: not a path"),
        ({"path": "p", "recrods": "a"}, "recrods"),
        ({"path": "p", "method": "DELETE"}, "method"),
        ({"path": "p", "pagination": {"kind": "cursors"}}, "pagination: kind"),
        ({"path": "p", "pagination": {"kind": "next_link"}}, "pagination: next: is needed"),
        ({"path": "p", "pagination": {"kind": "next_link", "next": "a["}}, "pagination: next: not a path"),
        ({"path": "p", "pagination": {"kind": "page", "pgae": "x"}}, "pagination: pgae"),
    ],
)
def test_a_wrong_read_table(options: dict[str, Any], says: str) -> None:
    with pytest.raises(MappingError, match=says) as caught:
        pages_of(options)
    assert str(caught.value).startswith("bron: resources.employees.read: ")


def test_a_wrong_connection_table() -> None:
    with pytest.raises(MappingError, match="connection: auth"):
        open_reader("rest", Connection("bron", options={"auth": "oauth"}, url=URL))


@pytest.mark.parametrize(("parts", "where"), [({"password": None}, "password"), ({"url": None}, "url")])
def test_a_setting_that_is_missing(parts: dict[str, Any], where: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        pages_of({"path": "p"}, options=BEARER, **parts)
    assert str(caught.value).startswith(f"sources.bron.{where}: ")
