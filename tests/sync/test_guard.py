"""When a sync stops and asks: the rules by themselves."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.domain.guard import Absent, Arriving, Turning, differ_in_zeros_only, is_somebody_else
from connector.mapping_files import MappingFile, MappingFolders
from connector.sync.mapping import read_mapping
from connector.sync.record_map import RecordMap


@pytest.mark.parametrize(
    ("known", "limit"),
    [(3, 5), (50, 5), (51, 5), (60, 6), (1000, 100)],
)
def test_a_small_employer_has_a_floor_and_a_large_one_a_share(known: int, limit: int) -> None:
    assert not Absent(limit, known).is_too_many
    assert Absent(limit + 1, known).is_too_many
    assert not Turning(limit, 0, known).is_too_many
    assert Turning(limit + 1, 0, known).is_too_many


def test_newcomers_are_only_counted_where_people_were_known() -> None:
    assert not Arriving(500, 0).is_too_many
    assert not Arriving(25, 100).is_too_many
    assert Arriving(26, 100).is_too_many


def test_keys_that_lost_their_zeros_are_seen() -> None:
    assert differ_in_zeros_only({"1", "2", "9"}, {"001", "002", "003"}) == 2
    assert differ_in_zeros_only({"001"}, {"001"}) == 0


@pytest.mark.parametrize(
    ("old", "new", "is_other"),
    [
        ({"display_name": "Ann Peeters"}, {"display_name": "Peeters Ann"}, False),
        ({"display_name": "Ann Peeters"}, {"given_name": "Ann", "family_name": "Peeters-Claes"}, False),
        ({"display_name": "Bob Yılmaz"}, {"display_name": "bob yilmaz"}, False),
        ({"display_name": "İlker Öztürk"}, {"display_name": "ILKER OZTURK"}, False),
        ({"display_name": "Ann Peeters"}, {"display_name": "Zed Interim"}, True),
        (
            {"display_name": "Ann Peeters", "hired_on": "2010-01-01"},
            {"display_name": "Jan Peeters", "hired_on": "2026-01-01"},
            True,
        ),
        (
            {"display_name": "Ann Peeters", "hired_on": "2010-01-01"},
            {"display_name": "Ann Peeters", "hired_on": "2026-01-01"},
            False,
        ),
        ({}, {"display_name": "Ann Peeters"}, False),
    ],
)
def test_who_seems_to_be_somebody_else(old: dict[str, str], new: dict[str, str], is_other: bool) -> None:
    assert is_somebody_else(old, new) is is_other


def test_a_long_key_is_shortened_and_stays_unique() -> None:
    mapping = read_mapping(MappingFolders().load("hr", "files"))
    jobs = RecordMap(next(resource for resource in mapping.resources if resource.name == "jobs"), "digest")
    one, other = ({"functie": "Heel lang " * 30 + end} for end in ("a", "b"))
    keys = [jobs.key(one), jobs.key(other)]
    assert all(key is not None and len(key) <= 200 for key in keys)
    assert keys[0] != keys[1] and jobs.key(one) == keys[0]


def test_a_key_that_cannot_be_worked_out_is_no_key() -> None:
    content = {
        "title": "T",
        "kind": "hr",
        "protocol": "files",
        "grade": "paper",
        "resources": {
            "people": {
                "target": "employee",
                "key": "join('-', [a, b])",
                "fields": {"display_name": "name", "status": {"value": "active"}},
            }
        },
    }
    mapping = read_mapping(MappingFile("hr", "x", Path("x.toml"), content, "digest"))
    record_map = RecordMap(mapping.resources[0], "digest")
    assert record_map.key({"a": "1", "b": "2"}) == "1-2"
    assert record_map.key({"a": "1", "b": None}) is None
