"""A mapping file that is wrong says which line, and what would be right."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from connector.errors import MappingError
from connector.mapping_files import MappingFile, MappingFolders
from connector.sync.mapping import SystemMapping, read_mapping

GOOD = """
title = "T"
kind = "hr"
protocol = "files"
grade = "paper"
[resources.people]
target = "employee"
key = "id"
[resources.people.fields]
display_name = "name"
status = { value = "active" }
"""


def _read(text: str) -> SystemMapping:
    return read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(text), "digest"))


def test_a_good_one_is_read() -> None:
    mapping = _read(GOOD)
    assert [rule.name for rule in mapping.resources[0].rules] == ["display_name", "status"]
    assert mapping.resources[0].rules[0].line == "resources.people.fields.display_name"


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('display_name = "name"', 'displayname = "name"', "a employee has no such field. Did you mean display_name?"),
        ('key = "id"', 'key = "id["', "hr/x.toml: resources.people.key: 'id[' is not a path"),
        ('kind = "hr"', 'kind = "hrm"', "Must be one of: hr, catalogue"),
        ('{ value = "active" }', '{ path = "s", convert = "codes" }', "there is no converter 'codes'"),
        ('{ value = "active" }', '{ convert = "text" }', "give either a path or a value"),
        ('key = "id"', 'key = "id"\nper = "units"', "'units' is not a resource that is read before this one"),
        ('key = "id"', 'key = "id"\nabsent = "gone"', "Must be one of: left, ended, unknown, out_of_scope"),
        ('grade = "paper"', 'grade = "paper"\nif = "x"', "Unknown field"),
    ],
)
def test_a_wrong_line_is_named(old: str, new: str, sentence: str) -> None:
    with pytest.raises(MappingError) as caught:
        _read(GOOD.replace(old, new))
    assert sentence in str(caught.value)


def test_an_operators_own_folder_is_searched_first(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "files.toml").write_text(GOOD, encoding="utf-8")
    assert MappingFolders(tmp_path).load("hr", "files").path.parent.parent == tmp_path
    assert MappingFolders().load("hr", "files").path.parent.parent != tmp_path


def test_a_name_that_is_not_there_gets_the_nearest_one() -> None:
    with pytest.raises(MappingError, match="Did you mean files"):
        MappingFolders().find("file")
