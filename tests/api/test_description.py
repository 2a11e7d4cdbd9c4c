"""The OpenAPI document: open, complete, and true of what is answered."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Any
from urllib.parse import urlparse
from uuid import UUID

import pytest

from connector.domain.access import Role
from tests.api.conftest import COLLECTIONS, World


@pytest.fixture
def described(world: World) -> dict[str, Any]:
    answer = world.client.get("/api/v1/openapi.json")
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json or {}
    return found


def _resolved(described: dict[str, Any], part: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in part:
        at: Any = described
        for step in part["$ref"].removeprefix("#/").split("/"):
            at = at[step]
        part = at
    return part


WEBHOOKS = "/api/v1/webhooks/{source}"


def _operations(described: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {path: item["get"] for path, item in described["paths"].items() if "get" in item}


def test_it_is_open_to_pages_of_other_sites(world: World) -> None:
    answer = world.client.get("/api/v1/openapi.json", headers={"Origin": "https://docs.example"})
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Origin" not in world.get("/employees").headers


def test_every_operation_is_described(world: World, described: dict[str, Any]) -> None:
    rules = {re.sub(r"<(?:number:)?(\w+)>", r"{\1}", rule.rule) for rule in world.app.url_map.iter_rules()}
    assert set(described["paths"]) == {rule for rule in rules if rule.startswith("/api") or rule == "/health"}
    names = [
        operation["operationId"]
        for item in described["paths"].values()
        for operation in item.values()
        if "operationId" in operation
    ]
    assert len(names) == len(set(names))


def test_every_operation_says_what_callers_need(described: dict[str, Any]) -> None:
    assert described["security"] == [{"token": []}]
    assert described["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    for path, operation in _operations(described).items():
        assert operation["summary"].endswith("."), path
        good = operation["responses"]["200"]["content"]["application/json"]
        assert good["example"] and good["schema"], path
        if operation.get("security") == []:
            continue
        wanted = {"304", "400", "401", "403", "406", "500", "503"} | ({"404"} if "{" in path else set())
        assert set(operation["responses"]) == wanted | {"200", "default"}, path
        for status in wanted - {"304"}:
            problem = _resolved(described, operation["responses"][status])
            schema = _resolved(described, problem["content"]["application/problem+json"]["schema"])
            assert {"type", "title", "status", "instance"} <= set(schema["required"]), (path, status)


def test_parameters_are_described(described: dict[str, Any]) -> None:
    names = {
        parameter["name"]
        for path, item in described["paths"].items()
        if path.startswith("/api/v1/employees")
        for parameter in item.get("parameters", []) + item["get"].get("parameters", [])
    }
    assert names == {
        "id",
        "page",
        "pageSize",
        "employeeNumber",
        "status",
        "supervisorId",
        "on",
        "If-None-Match",
        "Accept-Language",
    }


def test_nothing_points_nowhere(described: dict[str, Any]) -> None:
    def references(part: Any) -> list[str]:
        if isinstance(part, dict):
            own = [part["$ref"]] if "$ref" in part else []
            return own + [found for value in part.values() for found in references(value)]
        return [found for value in part for found in references(value)] if isinstance(part, list) else []

    found = references(described)
    assert len(found) > 50
    for reference in found:
        assert _resolved(described, {"$ref": reference})


def test_examples_fit(described: dict[str, Any]) -> None:
    for path, operation in _operations(described).items():
        good = operation["responses"]["200"]["content"]["application/json"]
        _check(described, good["schema"], good["example"], path)


def test_every_operation_that_does_something_says_what_callers_need(described: dict[str, Any]) -> None:
    doing = {path: item["post"] for path, item in described["paths"].items() if "post" in item and path != WEBHOOKS}
    assert len(doing) == 3
    for path, operation in doing.items():
        assert operation["summary"].endswith("."), path
        assert {"400", "401", "403", "404", "409", "413", "500", "503"} <= set(operation["responses"]), path
        (good,) = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        content = good["content"]["application/json"]
        _check(described, content["schema"], content["example"], path)


@pytest.mark.parametrize("collection", COLLECTIONS)
def test_answers_fit(world: World, described: dict[str, Any], collection: str) -> None:
    paths = {
        f"/api/v1/{collection}": f"/{collection}",
        f"/api/v1/{collection}/{{id}}": f"/{collection}/{world.ids['acme'][collection]}",
    }
    for path, asked in paths.items():
        schema = described["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
        _check(described, schema, world.get(asked).json, path)


@pytest.mark.parametrize("asked", ["/employees?page=0&x=1", "/employees/999", "/agreement-sheets", "/nowhere"])
def test_problems_fit(world: World, described: dict[str, Any], asked: str) -> None:
    answer = world.get(asked, Role.ADMINISTRATOR)
    assert answer.status_code >= 400
    _check(described, {"$ref": "#/components/schemas/Problem"}, answer.json, asked)


def test_the_check_itself_sees_what_is_wrong(described: dict[str, Any]) -> None:
    schema = {"$ref": "#/components/schemas/CompetencyItem"}
    good = {"id": 1, "code": "C1", "framework": "f", "frameworkVersion": "1", "href": "https://x.example/1"}
    _check(described, schema, good, "good")
    for wrong in ({**good, "id": "1"}, {**good, "extra": 1}, {**good, "href": "1"}, {"id": 1}, {**good, "label": None}):
        with pytest.raises(AssertionError):
            _check(described, schema, wrong, "wrong")


_KINDS: dict[str, tuple[type, ...]] = {
    "object": (dict,),
    "array": (list,),
    "string": (str,),
    "integer": (int,),
    "number": (int, float),
    "boolean": (bool,),
}
_FORMATS: dict[str, Any] = {
    "date": date.fromisoformat,
    "date-time": datetime.fromisoformat,
    "uuid": UUID,
    "uri": lambda text: urlparse(text).scheme or None,
}


def _check(described: dict[str, Any], schema: dict[str, Any], value: Any, where: str) -> None:
    """A small check of JSON against the part of JSON Schema that the document uses; extra keys are errors here."""
    schema = _resolved(described, schema)
    kind = schema.get("type")
    if kind:
        assert isinstance(value, _KINDS[kind]), f"{where}: {value!r} is not {kind}"
        assert kind == "boolean" or not isinstance(value, bool), where
    if "enum" in schema:
        assert value in schema["enum"], where
    if "format" in schema and schema["format"] in _FORMATS:
        _formatted(schema["format"], value, where)
    for key in schema.get("required", []):
        assert key in value, f"{where}: {key} is missing"
    if "properties" in schema:
        assert set(value) <= set(schema["properties"]), f"{where}: {set(value) - set(schema['properties'])}"
        for key, part in value.items():
            _check(described, schema["properties"][key], part, f"{where}.{key}")
    if "items" in schema:
        for number, part in enumerate(value):
            _check(described, schema["items"], part, f"{where}[{number}]")


def _formatted(name: str, value: str, where: str) -> None:
    try:
        assert _FORMATS[name](value) is not None, where
    except ValueError as error:
        raise AssertionError(f"{where}: {value!r} is not a {name}") from error


def test_the_webhook_is_described_as_it_answers(world: World, described: dict[str, Any]) -> None:
    (operation,) = described["paths"][WEBHOOKS].values()
    assert {"200", "202", "400", "401", "404", "413", "429"} <= set(operation["responses"])
    sent = operation["requestBody"]["content"]["application/json"]
    _check(described, sent["schema"], sent["example"], WEBHOOKS)
    headers = {part["name"] for part in operation["parameters"] if part["in"] == "header"}
    assert headers == {"webhook-id", "webhook-timestamp", "webhook-signature"}
