"""What both interfaces of Odoo ask for changes, and JSON-2 with its statuses."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import Any

import pytest
import responses
from requests import PreparedRequest

from connector.errors import ConfigurationError, CredentialsError, ResourceRefusedError
from connector.http.limits import Limits
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Reader, ResourceRequest

KEY = "Canary-key"
SINCE = "2026-11-22T10:00:00.5+01:00"
READ = {"model": "hr.employee", "fields": ["name"], "since": {"stamps": ["write_date", "version_id.write_date"]}}
CHANGED = ["|", ["write_date", ">=", "2026-11-22 09:00:00"], ["version_id.write_date", ">=", "2026-11-22 09:00:00"]]


@dataclass
class Odoo19:
    """Answers by model; 404 for a model that it does not have, 403 for one that it refuses."""

    rows: list[dict[str, Any]] = field(default_factory=lambda: [{"id": number} for number in range(1, 26)])
    refuses: str = ""
    key: str = KEY
    fields: set[str] = field(default_factory=lambda: {"name", "lang"})
    late: list[dict[str, Any]] = field(default_factory=list)  # rows that begin to fit after the first page
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    databases: set[str | None] = field(default_factory=set)

    def __call__(self, request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        *_, model, method = str(request.url).split("/")
        body = json.loads(request.body or "")
        self.databases.add(request.headers.get("X-Odoo-Database"))
        if request.headers["Authorization"] != f"Bearer {self.key}":
            return 401, {}, '{"name": "werkzeug.exceptions.Unauthorized", "message": "Geheim"}'
        if model == self.refuses:
            return 403, {}, '{"name": "odoo.exceptions.AccessError", "message": "Geheim"}'
        if model not in ("hr.employee", "res.users"):
            return 404, {}, '{"name": "werkzeug.exceptions.NotFound"}'
        self.calls.append((method, body))
        return 200, {}, json.dumps(self.result(method, body))

    def result(self, method: str, body: dict[str, Any]) -> Any:
        if method == "context_get":
            return {"lang": "nl_BE"}
        if method == "fields_get":
            return {name: {"type": "char"} for name in body["allfields"] if name in self.fields}
        above = next((value for part in body["domain"] if part[0] == "id" for value in part[2:]), 0)
        rows = sorted((row for row in self.rows if row["id"] > above), key=lambda row: int(row["id"]))
        if method == "search_count":
            return len(rows)
        begin = body.get("offset", 0)
        found = rows[begin : begin + body["limit"]]
        self.rows, self.late = self.rows + self.late, []
        return found


def opened(**parts: Any) -> Reader:
    values = {"url": "https://odoo.example", "password": KEY, "database": "acme", "page_size": 10, **parts}
    return open_reader("json2", Connection("odoo", **values), limits=Limits(tries=1))


def read(odoo: Odoo19, options: dict[str, Any] | None = None, since: str | None = None, **parts: Any) -> list[int]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        network.add_callback("POST", re.compile("https://odoo.example/json/2/.*"), callback=odoo)
        reader = opened(**parts)
        reader.check()
        request = ResourceRequest("employees", options or READ, since=since)
        reader.probe(request)
        return [row["id"] for page in reader.pages(request) for row in page.records]


def test_everything_by_offset_and_by_name() -> None:
    odoo = Odoo19()
    assert read(odoo) == list(range(1, 26))
    assert odoo.databases == {"acme"}
    assert [method for method, _ in odoo.calls] == ["context_get", "search_read", "search_count", *["search_read"] * 3]
    assert odoo.calls[1][1] == {"domain": [], "fields": ["name"], "limit": 1, "order": "id", "context": {}, "offset": 0}


def test_changes_are_asked_by_any_stamp_and_read_by_key() -> None:
    odoo = Odoo19()
    assert read(odoo, {**READ, "domain": [["company_id", "=", 1]]}, SINCE) == list(range(1, 26))
    asked = [body["domain"] for method, body in odoo.calls[2:]]
    only = ["company_id", "=", 1]
    assert asked == [[only, *CHANGED], *([only, *CHANGED, ["id", ">", above]] for above in (0, 10, 20, 25))]


def test_one_who_changes_while_changes_are_read_takes_nobodys_place() -> None:
    """The count was made before; were it to end the reading, the last one would wait for the next full scan."""
    odoo = Odoo19(rows=[{"id": number} for number in range(1, 12)], late=[{"id": 1_000}])
    assert read(odoo, since=SINCE, page_size=4) == [*range(1, 12), 1_000]


def test_a_wrong_key() -> None:
    with pytest.raises(CredentialsError) as caught:
        read(Odoo19(key="another"))
    assert "Geheim" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_model_that_may_not_be_read() -> None:
    with pytest.raises(ResourceRefusedError, match="may not read this"):
        read(Odoo19(refuses="hr.employee"))


def test_a_model_that_is_not_there() -> None:
    with pytest.raises(ResourceRefusedError, match="Odoo has no such model"):
        read(Odoo19(), {**READ, "model": "hr.job.skill"})


def test_a_host_that_has_no_json2() -> None:
    odoo = Odoo19()
    with responses.RequestsMock() as network:
        network.add_callback("POST", re.compile(".*"), callback=lambda _: (404, {}, "{}"))
        with pytest.raises(ConfigurationError):
            opened().check()
    assert odoo.calls == []


def test_nobody_where_there_always_is_somebody() -> None:
    options = {**READ, "may_be_empty": False}
    with pytest.raises(ResourceRefusedError, match="nothing came"):
        read(Odoo19(rows=[]), options)


def test_an_optional_field_is_asked_where_there_is_one() -> None:
    odoo = Odoo19()
    assert read(odoo, {**READ, "optional": ["name", "lang", "first_contract_date"]}) == list(range(1, 26))
    asked = [body for method, body in odoo.calls if method == "fields_get"]
    assert asked == [{"allfields": ["lang", "first_contract_date"], "attributes": ["type"]}] * 2  # probe and scan
    assert {tuple(body["fields"]) for method, body in odoo.calls if method == "search_read"} == {("name", "lang")}
