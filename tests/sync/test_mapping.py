"""A mapping file that is wrong says which line, and what would be right."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from connector.errors import MappingError
from connector.mapping_files import MappingFile, MappingFolders
from connector.sync.mapping import Changed, Delta, Describe, Effective, Join, Only, SystemMapping, read_mapping
from connector.sync.mapping_check import checked_tables

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


JOINED = 'resource = "v", on = "id", as = "v", effective = { from = "start" }'
RICH = """
title = "T"
kind = "hr"
protocol = "rest"
grade = "paper"
limits = { calls_per_minute = 60 }
write = [{ on = "conversation.cancelled", kind = "delete", call = { path = "events/{their.id}" } }]
[resources.versions]
key = "id"
[resources.people]
target = "employee"
key = "id"
join = [
    { resource = "versions", on = "id", by = "person", as = "version", effective = { from = "start", to = "end" } },
    { resource = "versions", on = "id", by = "person", as = "all", many = true },
]
[resources.people.delta]
stamps = ["changed", "version.changed"]
zone = "Europe/Brussels"
changed = { read = { path = "c" }, key = "id", deleted = { path = "action", in = ["gone"] }, one = { path = "x" } }
[resources.people.describe]
read = { path = "meta" }
name = "id"
[resources.people.fields]
status = { value = "active" }
"""


def _read(text: str) -> SystemMapping:
    return read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(text), "digest"))


def test_a_good_one_is_read() -> None:
    mapping = _read(GOOD)
    assert [rule.name for rule in mapping.resources[0].rules] == ["display_name", "status"]
    assert mapping.resources[0].rules[0].line == "resources.people.fields.display_name"


def test_every_table_of_the_language_is_read() -> None:
    mapping = _read(RICH)
    people = mapping.resources[1]
    assert people.joins == (
        Join("versions", "id", "version", "person", Effective("start", "end")),
        Join("versions", "id", "all", "person", None, many=True),
    )
    changed = Changed({"path": "c"}, "id", Only("action", ("gone",)), {"path": "x"})
    assert people.delta == Delta(("changed", "version.changed"), 10, 7, "Europe/Brussels", changed)
    assert people.describe == Describe({"path": "meta"}, "id", None)
    assert mapping.limits == {"calls_per_minute": 60}
    assert [(rule.on, rule.kind, rule.record) for rule in mapping.write] == [
        (("conversation.cancelled",), "delete", "conversation")
    ]


def test_everything_that_is_wrong_is_found_at_once() -> None:
    text = GOOD.replace('kind = "hr"', 'kind = "h"').replace('key = "id"', 'kye = "id"\nonly = { in = [1] }')
    problems = checked_tables(tomllib.loads(text.replace("display_name", "name")))[1]
    assert [problem.dotted for problem in problems] == [
        "kind",
        "resources.people.key",
        "resources.people.only.path",
        "resources.people.kye",
        "resources.people.fields.name",
    ]
    with pytest.raises(MappingError, match=r"4 more: `pop mapping check hr/x` tells all"):
        _read(text.replace("display_name", "name"))


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        (
            'display_name = "name"',
            'displayname = "name"',
            "a record of employee has no such field. Did you mean display_name?",
        ),
        (
            'key = "id"',
            'key = "id["',
            "hr/x.toml: resources.people.key: 'id[' is not a path (JMESPath): it goes wrong at character 4",
        ),
        ('kind = "hr"', 'kind = "hrm"', "'hrm' is not known here. Did you mean hr? Use one of: hr, catalogue."),
        ('{ value = "active" }', '{ path = "s", convert = "codes" }', "there is no converter 'codes'"),
        ('{ value = "active" }', '{ convert = "text" }', "give either a path or a value"),
        ('key = "id"', 'key = "id"\nper = "units"', "'units' is not a resource that is read before this one"),
        ('key = "id"', 'key = "id"\ndelta = { zone = "UTC" }', "people.delta.stamps: give stamps, or a changed table"),
        ('key = "id"', 'key = "id"\ndelta = { stamps = ["t"], zone = "CET2" }', "there is no time zone 'CET2'"),
        ('key = "id"', f'key = "id"\njoin = [{{ {JOINED} }}]', "join.0.by: is needed with effective"),
        ('key = "id"', f'key = "id"\njoin = [{{ {JOINED}, many = true }}]', "give either many or effective"),
        ('key = "id"', 'key = "id"\neach = "list"', "people.each: needs `per`: the resource in whose records the list"),
        ('{ value = "active" }', '{ path = "s", convert = "code" }', "the converter code needs its list of codes"),
        ('key = "id"', 'key = "id"\nabsent = "gone"', "Use one of: left, ended, unknown, out_of_scope."),
        (
            'grade = "paper"',
            'grade = "paper"\nif = "x"',
            "hr/x.toml: if: there is no such option. Allowed here: title, kind",
        ),
    ],
)
def test_a_wrong_line_is_named(old: str, new: str, sentence: str) -> None:
    with pytest.raises(MappingError) as caught:
        _read(GOOD.replace(old, new))
    assert sentence in str(caught.value)


ROWS = """
[resources.rows]
target = "assignment"
key = "id"
fields = { person = "who", effective_on = "from", job = "job", location = "place" }
"""


def test_rows_of_work_stand_beside_what_employees_say() -> None:
    assert [resource.target for resource in _read(GOOD + ROWS).resources] == ["employee", "assignment"]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            GOOD.replace('display_name = "name"', 'display_name = "name"\njob = "job"') + ROWS,
            (
                "resources.people.fields.job: rows says this too, from its own days on."
                " Take it out here, or out of [resources.rows.fields]: a field has one owner."
            ),
        ),
        (
            GOOD.replace("[resources.people]", ROWS + "[resources.people]"),
            (
                "resources.rows: it stands before people, whose work it tells."
                " Put [resources.rows] below [resources.people]"
            ),
        ),
        (
            GOOD.replace('"employee"', '"absence"').split("[resources.people.fields]")[0] + ROWS,
            "resources.rows.target: there are no employees for these assignments.",
        ),
        (
            GOOD + ROWS + ROWS.replace("resources.rows", "resources.more"),
            "resources.more.target: a mapping has one resource of assignments. rows has them already",
        ),
    ],
)
def test_rows_of_work_do_not_get_in_the_way_of_employees(text: str, sentence: str) -> None:
    with pytest.raises(MappingError) as caught:
        _read(text)
    assert sentence in str(caught.value)


def test_an_operators_own_folder_is_searched_first(tmp_path: Path) -> None:
    (tmp_path / "hr").mkdir()
    (tmp_path / "hr" / "files.toml").write_text(GOOD, encoding="utf-8")
    assert MappingFolders(tmp_path).load("hr", "files").path.parent.parent == tmp_path
    assert MappingFolders().load("hr", "files").path.parent.parent != tmp_path


def test_a_name_that_is_not_there_gets_the_nearest_one() -> None:
    with pytest.raises(MappingError, match="Did you mean files"):
        MappingFolders().find("file")
