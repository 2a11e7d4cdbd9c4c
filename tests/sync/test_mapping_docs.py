"""The guide to writing a mapping is true: made from the schemas, whole, and its example works as it stands."""

from __future__ import annotations

import json
import os
import re
import tomllib
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import responses
from marshmallow import Schema
from requests import PreparedRequest

from connector.http.auth_options import KINDS as LOGINS
from connector.mapping_files import SHIPPED, MappingFile
from connector.sources.opened import open_reader
from connector.sources.pagination_options import KINDS as PAGINATIONS
from connector.sources.reader import Connection
from connector.sync.converter_examples import example_rows
from connector.sync.converters import CONVERTERS
from connector.sync.fetch import Fetcher
from connector.sync.mapping import read_mapping
from connector.sync.mapping_check import checked_tables, table_problems
from connector.sync.mapping_docs import mapping_docs
from connector.sync.mapping_schema import PROTOCOLS, FieldSchema, MappingSchema, ResourceSchema
from connector.sync.mapping_warnings import warnings_of
from connector.sync.protocol_options import LIMITS, OPTIONS, option_problems
from connector.sync.record_map import RecordMap
from connector.sync.records import TARGETS
from connector.sync.schema_tree import schema_below
from connector.sync.target_docs import TARGET_DOCS
from tests.sync.guide import blocks, example_answers, example_file, example_result, reply

README = SHIPPED / "README.md"


def schemas() -> Iterator[Schema]:
    """Every schema of the language, with those inside."""
    roots = [MappingSchema(), ResourceSchema(), FieldSchema(), LIMITS()]
    roots += [made() for found in OPTIONS.values() for made in (found.connection, found.read) if made is not None]
    for schema in roots:
        yield from below(schema)


def below(schema: Schema) -> Iterator[Schema]:
    yield schema
    for field in schema.fields.values():
        inner = schema_below(field)
        if inner is not None:
            yield from below(inner)


def test_the_page_is_as_the_schemas_are() -> None:
    if os.environ.get("POP_WRITE_DOCS"):
        README.write_text(mapping_docs(), encoding="utf-8")
    assert README.read_text(encoding="utf-8") == mapping_docs(), "write it anew: POP_WRITE_DOCS=1"


def test_every_option_says_what_it_is() -> None:
    silent = [
        f"{type(schema).__name__}.{name}"
        for schema in schemas()
        for name, field in schema.fields.items()
        if not field.metadata.get("doc")
    ]
    assert silent == []


def test_every_field_of_a_target_says_what_it_is() -> None:
    assert {name: set(docs) for name, docs in TARGET_DOCS.items()} == {
        name: set(schema.fields) for name, schema in TARGETS.items()
    }


def test_every_converter_has_an_example() -> None:
    rows = list(example_rows())
    assert {row[0] for row in rows if row[3]} == set(CONVERTERS)
    assert {row[0] for row in rows if row[1]} == set(CONVERTERS)


def test_every_protocol_is_told() -> None:
    page = mapping_docs()
    assert list(OPTIONS) == list(PROTOCOLS)
    for name in PROTOCOLS:
        assert f"### {name}: " in page
    assert "{{" not in page


def test_the_example_has_nothing_wrong() -> None:
    content = example_file().content
    assert [*checked_tables(content)[1], *option_problems(content)] == []


def test_the_example_gives_what_it_says() -> None:
    mapping, lines = read_mapping(example_file()), example_answers()
    asked: list[str] = []

    def answer(request: PreparedRequest) -> tuple[int, dict[str, str], str]:
        asked.append(str(request.url).removeprefix("https://zonnehof.example"))
        status, content = reply(lines, str(request.url))
        return status, {}, json.dumps(content)

    connection = Connection(
        "zonnehof", mapping.connection, "https://zonnehof.example", password="t", page_size=2, limits=mapping.limits
    )
    with responses.RequestsMock() as mock:
        mock.add_callback("GET", re.compile(".*"), callback=answer)
        reader = open_reader(mapping.protocol, connection)
        reader.check()
        fetcher = Fetcher(mapping, reader, date(2026, 11, 22))
        found: dict[str, dict[str, Any]] = {}
        for resource in mapping.resources:
            if resource.target:
                record_map = RecordMap(resource, mapping.digest)
                for page in fetcher.pages(resource, None):
                    for raw in filter(record_map.is_in_scope, page.records):
                        mapped, problems = record_map.map(raw)
                        assert problems == []
                        found.setdefault(resource.name, {})[str(record_map.key(raw))] = mapped
    assert found == example_result()
    assert len(asked) == len(lines) + 1  # and the check


def snippets(name: str) -> list[dict[str, Any]]:
    found = [tomllib.loads(block) for block in blocks("toml")[1:]]
    return next(content[name] for content in found if isinstance(content.get(name), list))


@pytest.mark.parametrize("table", snippets("connection"), ids=str)
def test_every_login_shown_is_right(table: dict[str, Any]) -> None:
    schema = OPTIONS["rest"].connection
    assert schema is not None
    assert table_problems(schema(), table, ()) == []


def test_every_login_that_there_is_is_shown() -> None:
    shown = [
        table["auth"] if isinstance(table["auth"], str) else table["auth"]["kind"] for table in snippets("connection")
    ]
    assert {*shown, "none"} == set(LOGINS)


@pytest.mark.parametrize("table", snippets("read"), ids=str)
def test_every_pagination_shown_is_right(table: dict[str, Any]) -> None:
    schema = OPTIONS["rest"].read
    assert table_problems(schema(), {"path": "x", **table}, ()) == []


def test_every_pagination_that_there_is_is_shown() -> None:
    assert {table["pagination"]["kind"] for table in snippets("read")} == set(PAGINATIONS)


RECIPES = [found for found in map(tomllib.loads, blocks("toml")[1:]) if "resources" in found]


def test_there_are_recipes_for_what_is_hard() -> None:
    resources = [resource for recipe in RECIPES for resource in recipe["resources"].values()]
    assert any(resource.get("distinct") for resource in resources)
    assert any("effective" in join for resource in resources for join in resource.get("join", []))
    assert any("changed" in resource.get("delta", {}) for resource in resources)
    assert any("describe" in resource for resource in resources)


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: ", ".join(recipe["resources"]))
def test_every_recipe_is_right(recipe: dict[str, Any]) -> None:
    content = {"title": "T", "kind": "hr", "protocol": "rest", "grade": "paper", **recipe}
    assert [*checked_tables(content)[1], *option_problems(content)] == []
    assert [found.what for found in warnings_of(read_mapping(file_of(content))) if "not mapped" not in found.what] == []


def file_of(content: dict[str, Any]) -> MappingFile:
    return MappingFile("hr", "recipe", Path("recipe.toml"), content, "digest")
