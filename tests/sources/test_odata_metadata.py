"""The metadata of an OData service, read as records for `pop mapping drift`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import responses

from connector.errors import AnswerError
from connector.mapping_files import MappingFile
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, Raw, ResourceRequest
from connector.sync.drift import described_offer, drift_of
from connector.sync.mapping import read_mapping
from tests.sources.rest_host import URL, RestHost

OLD = """<?xml version="1.0"?>
<edmx:Edmx Version="1.0" xmlns:edmx="http://schemas.microsoft.com/ado/2007/06/edmx"><edmx:DataServices>
<Schema Namespace="SF"><EntityType Name="Job"><Key><PropertyRef Name="id"/></Key>
<Property Name="id" Type="Edm.String"/><Property Name="begins" Type="Edm.DateTime"/>
<NavigationProperty Name="unitNav" Relationship="SF.job_unit"/></EntityType>
<EntityType Name="Unit"><Property Name="code" Type="Edm.String"/></EntityType></Schema>
</edmx:DataServices></edmx:Edmx>"""
NEW = OLD.replace('Relationship="SF.job_unit"', 'Type="SF.Unit"').replace('Version="1.0" x', 'Version="4.0" x')
MAPPING = """
title = "T"
kind = "hr"
protocol = "rest"
grade = "paper"
[resources.jobs]
target = "job"
key = "id"
read = { path = "Job", pagination = { kind = "odata" } }
[resources.jobs.describe]
read = { path = "Job/$metadata", format = "edmx", records = "[?entity=='Job']" }
name = "name"
kind = "type"
[resources.jobs.fields]
title = "unitNav.code"
description = "words"
"""


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


def read(network: responses.RequestsMock, body: str, **options: Any) -> list[Raw]:
    host = RestHost(lambda *_: (200, {"Content-Type": "application/xml"}, body))
    host.listen(network)
    reader = open_reader("rest", Connection("bron", url=URL))
    request = ResourceRequest("jobs.describe", {"path": "Job/$metadata", "format": "edmx", **options})
    return [row for page in reader.pages(request) for row in page.records]


def test_each_property_of_each_entity_is_a_record(network: responses.RequestsMock) -> None:
    assert read(network, OLD) == [
        {"entity": "Job", "name": "id", "type": "Edm.String"},
        {"entity": "Job", "name": "begins", "type": "Edm.DateTime"},
        {"entity": "Job", "name": "unitNav", "type": "link"},
        {"entity": "Unit", "name": "code", "type": "Edm.String"},
    ]
    assert network.calls[0].request.headers["Accept"] == "application/xml"


def test_a_newer_service_tells_where_a_link_goes(network: responses.RequestsMock) -> None:
    found = read(network, NEW, records="[?entity=='Job']")
    assert [row["type"] for row in found] == ["Edm.String", "Edm.DateTime", "SF.Unit"]


@pytest.mark.parametrize(
    "body", ["", "{}", "<html></html>", OLD[:-5], OLD.replace("<edmx", "<!DOCTYPE x><edmx", 1)], ids=str.__len__
)
def test_what_is_no_metadata_is_told(network: responses.RequestsMock, body: str) -> None:
    with pytest.raises(AnswerError, match=r"not the metadata of an OData service .*the path of `describe`"):
        read(network, body)


def test_drift_tells_what_the_mapping_uses_and_the_service_no_longer_has(network: responses.RequestsMock) -> None:
    mapping = read_mapping(MappingFile("hr", "t", Path("t.toml"), tomllib.loads(MAPPING), "d"))
    (jobs,) = mapping.resources
    assert jobs.describe is not None
    rows = read(network, NEW, **{name: jobs.describe.read[name] for name in ("path", "format", "records")})
    found = drift_of(jobs, described_offer(rows, jobs.describe), None)
    assert found.lost == ("words",)
