"""Who may use the tools of a mapping, and what a warning is about."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connector.domain.access import Actor, Role
from connector.errors import ConfigurationError, InputError, NotAllowedError
from connector.mapping_files import MappingFile, MappingFolders
from connector.services.installation import Installation
from connector.services.mapping_drift import find_drift
from connector.services.mapping_recordings import record_sample
from connector.services.mapping_sources import opened_source
from connector.services.mapping_trials import try_mapping
from connector.services.mappings import check_mapping, list_mappings
from connector.store.database import Store
from connector.sync.drift import drift_of, sampled_offer
from connector.sync.mapping import SystemMapping, read_mapping
from connector.sync.mapping_warnings import warnings_of
from connector.sync.path_names import chains_in

HR = Actor(Role.HR, 1)
ELSEWHERE = Actor(Role.ADMINISTRATOR, 999)
OPERATOR = Actor(Role.ADMINISTRATOR, None)


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    return sqlite_store


TOOLS: list[Callable[[Actor, Installation, Path], Any]] = [
    lambda actor, installation, _path: list_mappings(actor, installation.mappings),
    lambda actor, installation, _path: check_mapping(actor, installation.mappings, "hr/files"),
    lambda actor, installation, _path: try_mapping(actor, installation, "hr"),
    lambda actor, installation, _path: find_drift(actor, installation, "hr"),
    lambda actor, installation, path: record_sample(actor, installation, "hr", path / "sample"),
]


@pytest.mark.parametrize("tool", TOOLS)
def test_only_who_may_sync_may_use_them(
    tool: Callable[[Actor, Installation, Path], Any], files_installation: Installation, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowedError):
        tool(HR, files_installation, tmp_path)


@pytest.mark.parametrize("tool", TOOLS[2:])
def test_nobody_reads_the_source_of_another_employer(
    tool: Callable[[Actor, Installation, Path], Any], files_installation: Installation, tmp_path: Path
) -> None:
    with pytest.raises(NotAllowedError, match="belongs to another employer"):
        tool(ELSEWHERE, files_installation, tmp_path)


def test_a_source_that_is_not_there_is_told(files_installation: Installation) -> None:
    with (
        pytest.raises(ConfigurationError, match="Configured are: hr"),
        opened_source(OPERATOR, files_installation, "x"),
    ):
        pass


def test_who_may_not_sync_is_not_told_which_sources_there_are(files_installation: Installation) -> None:
    with pytest.raises(NotAllowedError), opened_source(HR, files_installation, "x"):
        pass


def test_files_are_tried_but_not_recorded(files_installation: Installation, tmp_path: Path) -> None:
    found = {one.name: one for one in try_mapping(OPERATOR, files_installation, "hr")}
    assert [trial.record.ours["given_name"] for trial in found["employees"].trials] == ["Alice", "Bob", "Chloé"]
    with pytest.raises(InputError, match="of the protocol files no answers can be recorded"):
        record_sample(OPERATOR, files_installation, "hr", tmp_path / "sample")


def mapping_of(text: str, protocol: str = "rest") -> SystemMapping:
    head = f'title = "T"\nkind = "hr"\nprotocol = "{protocol}"\ngrade = "paper"\n'
    return read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(head + text), "digest"))


def told(text: str, protocol: str = "rest") -> list[str]:
    return [problem.sentence for problem in warnings_of(mapping_of(text, protocol))]


def test_what_is_seldom_meant() -> None:
    assert told('[resources.x]\nkey = "id"\n') == ["resources.x: it has no target, and no other resource uses it"]
    delta = '[resources.x]\nkey = "id"\ntarget = "unit"\nfields = { name = "n", parent = "p", manager = "m" }\n'
    delta += '[resources.x.delta]\nstamps = ["t"]\n'
    assert told(delta) == ["resources.x.delta.stamps: `read` has no `since`: everything is read each time"]
    assert told(f'{delta}[resources.x.read]\npath = "x"\nsince = {{ params = {{ s = "{{since}}" }} }}\n') == []


def test_a_column_that_read_does_not_list_is_told() -> None:
    sheet = 'read = { sheet = "s", columns = ["nr"], optional = ["In dienst"] }\nkey = "nr"\ntarget = "unit"\n'
    fields = """fields = { name = '"in dienst"', parent = "nr", manager = "In" }\n"""
    found = told(f"[resources.x]\n{sheet}{fields}", "files")
    assert found == [
        (
            "resources.x.fields.name.path: `read` lists no column 'in dienst'. "
            "Did you mean In dienst? Listed: nr, In dienst."
        ),
        "resources.x.fields.manager.path: `read` lists no column 'In'. Listed: nr, In dienst.",
    ]
    anything = sheet.replace(', columns = ["nr"], optional = ["In dienst"]', "")
    assert told(f"[resources.x]\n{anything}{fields}", "files") == []


def test_a_joined_record_may_be_read_by_the_next_one() -> None:
    joined = (
        '[resources.a]\nkey = "id"\n[resources.b]\nkey = "id"\njoin = [{ resource = "a", on = "a_id", as = "part" }]\n'
    )
    nothing = "resources.b.join.0.as: nothing reads the joined 'part'"
    unit = 'key = "id"\ntarget = "unit"\nfields = { name = "n", parent = "p", manager = "m" }\n'
    assert nothing in told(joined)
    assert told(f'{joined}[resources.c]\nper = "b"\neach = "part.list"\n{unit}') == []
    assert told(f'{joined}[resources.c]\nper = "b"\neach = "list"\n{unit}') == [nothing]


def test_shipped_mappings_have_no_join_that_nothing_reads() -> None:
    folders = MappingFolders()
    for family in ("hr", "catalogues"):
        for name in folders.names(family):
            sentences = [problem.what for problem in warnings_of(read_mapping(folders.load(family, name)))]
            assert not [
                what for what in sentences if "nothing reads" in what or "no target" in what or "lists no" in what
            ], name


@pytest.mark.parametrize(
    ("path", "chains"),
    [
        ("a", {"a"}),
        ("a.b.c", {"a", "a.b", "a.b.c"}),
        ('"e-mail"', {"e-mail"}),
        ("a[0].b", {"a", "a.b"}),
        ("a[*].b", {"a", "a.b"}),
        ("a[?main].b | [0]", {"a", "a.main", "a.b"}),
        ("join('-', [to_string(a.x), b])", {"a", "a.x", "b"}),
        ("a && (b || 'EUR')", {"a", "b"}),
        ("join('\n', [s.a, s.b] | [?@])", {"s", "s.a", "s.b"}),
    ],
)
def test_what_a_path_looks_at(path: str, chains: set[str]) -> None:
    assert chains_in(path) == chains


def test_a_sample_alone_cannot_tell_that_a_field_has_gone() -> None:
    (resource,) = mapping_of('[resources.x]\nkey = "id"\nfields.name = "a.b"\ntarget = "unit"\n').resources
    full, empty = sampled_offer([{"id": 1, "a": {"b": "x"}}], resource), sampled_offer([{"id": 1, "a": None}], resource)
    assert drift_of(resource, empty, None).unseen == ("a.b",)
    assert drift_of(resource, empty, None).lost == ()
    assert drift_of(resource, empty, full).lost == ("a.b",)
    assert drift_of(resource, empty, full).changed == (), "empty is no kind"


@pytest.mark.parametrize(
    ("offered", "lost"),
    [
        (("id", "work", "name"), ()),
        (("id", "work.title", "work.site.name", "name"), ()),
        (("id", "work.title", "name"), ("work.site",)),
        (("id", "workplace", "name"), ("work",)),
        (("id", "work.title", "work.site"), ("name",)),
    ],
)
def test_a_list_of_fields_may_hold_dots(offered: tuple[str, ...], lost: tuple[str, ...]) -> None:
    table = (
        '[resources.x]\nkey = "id"\ndescribe = { read = { path = "m" }, name = "n" }\ntarget = "employee"\n'
        '[resources.x.fields]\ndisplay_name = "name"\njob_title = "work.title"\nlocation = "work.site.name"\n'
    )
    (resource,) = mapping_of(table).resources
    assert drift_of(resource, dict.fromkeys(offered, ""), None).lost == lost
