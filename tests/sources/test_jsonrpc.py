"""Odoo over JSON-RPC: its login, its pages, and its errors that come as success."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from connector.errors import (
    AnswerError,
    ConfigurationError,
    CredentialsError,
    MappingError,
    PopError,
    ResourceRefusedError,
    SourceUnavailableError,
)
from connector.http.limits import Limits
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Cursor, Page, ResourceRequest

PASSWORD = "Canary-secret"
ROWS = [{"id": number * 3, "name": f"n{number}"} for number in range(1, 26)]
READ = {"model": "hr.employee", "fields": ["name"]}


@dataclass
class Odoo:
    """Answers as Odoo does: filters on `id > n`, sorts by id, slices by limit and offset."""

    rows: list[dict[str, Any]] = field(default_factory=lambda: list(ROWS))
    user: Any = 2
    error: dict[str, Any] | None = None
    calls: list[list[Any]] = field(default_factory=list)
    most: int = 1000
    after_page: Callable[[Odoo], None] | None = None

    def __call__(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked = json.loads(request.body or "")
        return 200, {}, json.dumps({"jsonrpc": "2.0", "id": asked["id"], **self.answer(asked["params"])})

    def answer(self, params: dict[str, Any]) -> dict[str, Any]:
        if params["service"] == "common":
            assert params["args"] == ["acme", "connector", PASSWORD, {}]
            return {"error": self.user} if isinstance(self.user, dict) else {"result": self.user}
        if self.error is not None:
            return {"error": self.error}
        *login, _model, method, (domain,), named = params["args"]
        assert login == ["acme", 2, PASSWORD]
        self.calls.append([method, domain, named])
        rows = [row for row in self.rows if all(row["id"] > above for _, _, above in domain)]
        if method == "search_count":
            return {"result": len(rows)}
        begin = named.get("offset", 0)
        found = rows[begin : begin + min(named["limit"], self.most)]
        if self.after_page:
            self.after_page(self)
        return {"result": found}


def read(
    odoo: Callable[[PreparedRequest], Any],
    options: dict[str, Any] | None = None,
    start: Cursor | None = None,
    **parts: Any,
) -> list[Page]:
    values: dict[str, Any] = {"url": "https://odoo.example", "database": "acme", "user": "connector", "page_size": 10}
    connection = Connection(**{"name": "odoo", "password": PASSWORD, **values, **parts})
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        network.add_callback("POST", "https://odoo.example/jsonrpc", callback=odoo)
        reader = open_reader("jsonrpc", connection, limits=Limits(tries=1))
        reader.check()
        return list(reader.pages(ResourceRequest("employees", options or READ), start))


def ids(pages: list[Page]) -> list[int]:
    return [row["id"] for page in pages for row in page.records]


@pytest.mark.parametrize("pagination", ["offset", "keyset"])
def test_all_pages_come_with_the_count(pagination: str) -> None:
    pages = read(Odoo(), {**READ, "pagination": pagination})
    assert ids(pages) == [row["id"] for row in ROWS]
    by_key_an_empty_page_ends_it = [0] if pagination == "keyset" else []
    assert [len(page.records) for page in pages] == [10, 10, 5, *by_key_an_empty_page_ends_it]
    assert {page.total for page in pages} == {25}
    assert pages[-1].next is None


@pytest.mark.parametrize("pagination", ["offset", "keyset"])
def test_a_host_that_gives_fewer_rows_than_asked(pagination: str) -> None:
    pages = read(Odoo(most=4), {**READ, "pagination": pagination})
    assert ids(pages) == [row["id"] for row in ROWS]
    assert len(pages) == (8 if pagination == "keyset" else 7)


@pytest.mark.parametrize("pagination", ["offset", "keyset"])
def test_it_goes_on_where_it_stopped(pagination: str) -> None:
    options = {**READ, "pagination": pagination}
    first = read(Odoo(), options)[0]
    assert ids([first]) + ids(read(Odoo(), options, first.next, page_size=3)) == [row["id"] for row in ROWS]


def test_what_is_asked() -> None:
    odoo = Odoo()
    read(odoo, {**READ, "context": {"active_test": False}, "domain": [["id", ">", 70]]}, page_size=None)
    assert odoo.calls == [
        ["search_count", [["id", ">", 70]], {"context": {"active_test": False}}],
        [
            "search_read",
            [["id", ">", 70]],
            {"fields": ["name"], "limit": 200, "order": "id", "context": {"active_test": False}, "offset": 0},
        ],
    ]


def test_nothing_there_is_one_empty_page() -> None:
    assert read(Odoo(rows=[])) == [Page([], None, 0)]


def test_a_row_that_goes_away_while_reading() -> None:
    """By offset the next row slips past, and the count tells; by id nobody is skipped."""

    def forget(odoo: Odoo) -> None:
        if len(odoo.rows) == 25:
            del odoo.rows[0]

    by_offset = read(Odoo(after_page=forget))
    assert (len(ids(by_offset)), by_offset[-1].total, by_offset[-1].next) == (24, 25, None)
    by_id = read(Odoo(after_page=forget), {**READ, "pagination": "keyset"})
    assert ids(by_id) == [row["id"] for row in ROWS]


@pytest.mark.parametrize("user", [False, None, {"data": {"name": "odoo.exceptions.AccessDenied"}, "message": "x"}])
def test_a_wrong_login_comes_as_success(user: Any) -> None:
    with pytest.raises(CredentialsError) as caught:
        read(Odoo(user=user))
    assert str(caught.value).startswith(
        "odoo: Odoo refused the login (tried: POST /jsonrpc (log in) on odoo.example). Check user, "
    )
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("user", [True, 0, -1, "2", [], {"data": {"name": "psycopg2.OperationalError"}}])
def test_a_database_that_is_not_there(user: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"Check url and database of \[sources.odoo\]"):
        read(Odoo(user=user))


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("odoo.exceptions.AccessError", ResourceRefusedError, "this login may not read this"),
        ("odoo.exceptions.AccessDenied", CredentialsError, "Odoo refused the login"),
        ("odoo.exceptions.UserError", ResourceRefusedError, "Odoo has no such model"),
        ("builtins.ValueError", AnswerError, r"an error \(builtins.ValueError\)"),
        ("Mevrouw Geheim!", AnswerError, r"an error \(without a name\)"),
        ("x" * 200, AnswerError, r"an error \(without a name\)"),
        (None, AnswerError, r"an error \(without a name\)"),
    ],
)
def test_an_error_comes_as_success_and_tells_nothing_private(name: Any, kind: type[PopError], says: str) -> None:
    error = {
        "code": 200,
        "message": "Odoo Server Error Geheim",
        "data": {"name": name, "debug": f"Traceback Geheim {PASSWORD}", "message": "Geheim"},
    }
    with pytest.raises(kind, match=says) as caught:
        read(Odoo(error=error))
    assert type(caught.value) is kind
    assert "hr.employee" in str(caught.value)
    assert "Geheim" not in str(caught.value)
    assert PASSWORD not in str(caught.value)


@pytest.mark.parametrize("error", ["Geheim", 7, [], {"data": "Geheim"}, {}])
def test_an_error_of_another_shape(error: Any) -> None:
    with pytest.raises(AnswerError, match="without a name"):
        read(Odoo(error=error))


@pytest.mark.parametrize("body", ["[]", "{}", "7", '"x"', '{"jsonrpc": "2.0", "id": 1}'])
def test_an_answer_that_is_not_json_rpc(body: str) -> None:
    with pytest.raises(AnswerError, match="the answer is not JSON-RPC"):
        read(lambda _: (200, {}, body))


@pytest.mark.parametrize("result", [None, {}, "x", [7], [{"name": "without an id"}]])
def test_rows_of_another_shape(result: Any) -> None:
    class Odd(Odoo):
        def answer(self, params: dict[str, Any]) -> dict[str, Any]:
            found = super().answer(params)
            return {"result": result} if params["args"][4:5] == ["search_read"] else found

    with pytest.raises(AnswerError, match="not a list of records"):
        read(Odd())


@pytest.mark.parametrize("count", [None, True, -1, "25", 2.5])
def test_a_count_of_another_shape(count: Any) -> None:
    class Odd(Odoo):
        def answer(self, params: dict[str, Any]) -> dict[str, Any]:
            found = super().answer(params)
            return {"result": count} if params["args"][4:5] == ["search_count"] else found

    with pytest.raises(AnswerError, match="the count is not a number"):
        read(Odd())


def test_the_same_page_twice_is_found_out() -> None:
    class Stuck(Odoo):
        def answer(self, params: dict[str, Any]) -> dict[str, Any]:
            if params["args"][4:5] == ["search_read"]:
                params["args"][-1]["offset"] = 0
            return super().answer(params)

    with pytest.raises(AnswerError, match="the same page twice"):
        read(Stuck())


def test_a_500_says_which_call() -> None:
    with pytest.raises(SourceUnavailableError) as caught:
        read(lambda _: (500, {}, "Geheim"))
    assert "POST /jsonrpc (log in) on odoo.example" in str(caught.value)


@pytest.mark.parametrize("name", ["url", "database", "user", "password"])
def test_a_setting_that_is_missing(name: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        read(Odoo(), **{name: None})
    assert str(caught.value).startswith(f"sources.odoo.{name}: ")


@pytest.mark.parametrize("options", [{}, {"model": "hr.job"}, {**READ, "feilds": []}, {**READ, "fields": []}])
def test_a_wrong_read_table(options: dict[str, Any]) -> None:
    with pytest.raises(MappingError, match=r"odoo: resources\.employees\.read"):
        read(Odoo(), options or {"x": 1})
