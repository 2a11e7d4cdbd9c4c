"""How values are compared, as mappings/README.md says: keys as texts, the values of `only` as they come."""

from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import responses

from connector.mapping_files import MappingFile
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Raw
from connector.sync.fetch import Fetcher
from connector.sync.mapping import SystemMapping, read_mapping
from connector.sync.record_map import RecordMap
from tests.sources.rest_host import URL, RestHost

MAPPING = """
title = "T"
kind = "hr"
protocol = "rest"
grade = "paper"
[resources.units]
key = "id"
only = { path = "open", in = [1] }
read = { path = "units" }
[resources.people]
key = "id"
read = { path = "people" }
join = [{ resource = "units", on = "unit", as = "where" }]
"""


@pytest.fixture
def mapping() -> SystemMapping:
    return read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(MAPPING), "digest"))


@pytest.mark.parametrize(
    ("here", "there", "meet"), [(7, "7", True), ("7", 7.0, True), ("007", 7, False), ("A", "a", False)]
)
def test_keys_are_compared_as_texts(mapping: SystemMapping, here: Any, there: Any, meet: bool) -> None:
    assert (joined(mapping, {"id": 1, "unit": here}, [{"id": there, "open": 1}]) is not None) is meet


@pytest.mark.parametrize(("value", "is_meant"), [(1, True), (True, True), (1.0, True), ("1", False), (0, False)])
def test_the_values_of_only_are_compared_as_they_come(mapping: SystemMapping, value: Any, is_meant: bool) -> None:
    assert RecordMap(mapping.resources[0], "digest").is_in_scope({"id": 1, "open": value}) is is_meant


def test_what_only_leaves_out_can_be_joined_to(mapping: SystemMapping) -> None:
    closed = {"id": 3, "open": 0, "name": "Home"}
    assert not RecordMap(mapping.resources[0], "digest").is_in_scope(closed)
    assert joined(mapping, {"id": 1, "unit": 3}, [closed]) == closed


def joined(mapping: SystemMapping, record: Raw, units: list[Raw]) -> Any:
    tables = {"units": units, "people": [record]}
    with responses.RequestsMock(assert_all_requests_are_fired=False) as network:
        RestHost(lambda path, _: tables[path.rpartition("/")[2]]).listen(network)
        fetcher = Fetcher(mapping, open_reader("rest", Connection("hr", url=URL)), date(2026, 11, 22))
        (found,) = [row for page in fetcher.pages(mapping.resources[1], None) for row in page.records]
    return found["where"]
