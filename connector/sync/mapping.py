"""A mapping, checked: how the records of one kind of system become ours.

The file is data. A field is one path (JMESPath) and any number of named converters; there are no conditions, loops
or templates. mapping_schema.py has every table, mappings/README.md tells them with examples.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from connector.domain.write_back import WriteRule
from connector.errors import MappingError
from connector.mapping_files import MappingFile
from connector.sync.mapping_check import Problem, checked_tables, options_of
from connector.sync.mapping_write import write_rule


@dataclass(frozen=True, slots=True)
class FieldRule:
    """How one of our fields comes out of a raw record; `line` names it for people."""

    name: str
    line: str
    path: str | None
    value: Any
    converters: tuple[str, ...]
    options: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Effective:
    """Paths, in a joined row, of the days from and to which it holds; without `until` until the next begins."""

    since: str
    until: str | None


@dataclass(frozen=True, slots=True)
class Join:
    """The record(s) of an earlier resource that stand under `name`: found by their key, or by what is at `by`."""

    resource: str
    on: str
    name: str
    by: str | None = None
    effective: Effective | None = None
    many: bool = False


@dataclass(frozen=True, slots=True)
class Only:
    """Which records are in scope: those with one of the values at the path, or (None) with anything there."""

    path: str
    values: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Changed:
    """A list of changed keys. `read` and `one` are the protocol's `read` tables; in `one` the parent is the line."""

    read: Mapping[str, Any]
    key: str
    deleted: Only | None
    one: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Delta:
    """How to read only what has changed: paths of the stamps, or a list of changed keys, or both."""

    stamps: tuple[str, ...]
    lookback_minutes: int = 10
    full_every_days: int = 7
    zone: str = "UTC"
    changed: Changed | None = None


@dataclass(frozen=True, slots=True)
class Describe:
    """Where the system tells which fields it has: a `read` table, and paths of name and type in its records."""

    read: Mapping[str, Any]
    name: str
    kind: str | None


@dataclass(frozen=True, slots=True)
class Resource:
    """One list of records: how it is read, and what a record becomes (None: it only serves others). With `each` the
    records are what stands at that path in the records of `per`."""

    name: str
    target: str | None
    read: Mapping[str, Any]
    key: str
    per: str | None
    joins: tuple[Join, ...]
    only: Only | None
    distinct: bool
    absent: str
    rules: tuple[FieldRule, ...]
    delta: Delta | None = None
    describe: Describe | None = None
    each: str | None = None


@dataclass(frozen=True, slots=True)
class SystemMapping:
    """One mapping file, checked. `name` is `family/name`; `limits` is as it stands in the file."""

    name: str
    digest: str
    title: str
    kind: str
    protocol: str
    grade: str
    known_limits: tuple[str, ...]
    connection: Mapping[str, Any]
    resources: tuple[Resource, ...]
    limits: Mapping[str, Any]
    write: tuple[WriteRule, ...] = ()


def kept_mapping(file: MappingFile) -> SystemMapping:
    """As `read_mapping`, of a file of `MappingFolders`: one that stays as it is is checked once in a process."""
    name = (file.family, file.name, file.digest)
    if name not in _KEPT:
        if len(_KEPT) >= _MOST_KEPT:
            _KEPT.clear()
        _KEPT[name] = read_mapping(file)
    return _KEPT[name]


_KEPT: dict[tuple[str, str, str], SystemMapping] = {}
_MOST_KEPT = 100


def read_mapping(file: MappingFile) -> SystemMapping:
    """Check one file; MappingError names the first line that is wrong and what would be right."""
    tables, problems = checked_tables(file.content)
    if problems:
        raise _error(file, problems)
    return SystemMapping(
        name=f"{file.family}/{file.name}",
        digest=file.digest,
        title=tables["title"],
        kind=tables["kind"],
        protocol=tables["protocol"],
        grade=tables["grade"],
        known_limits=tuple(tables["known_limits"]),
        connection=tables["connection"],
        resources=tuple(_resource(name, table) for name, table in tables["resources"].items()),
        limits=tables["limits"],
        write=tuple(_write(number, table) for number, table in enumerate(tables["write"])),
    )


def _error(file: MappingFile, problems: list[Problem]) -> MappingError:
    first, name = problems[0], f"{file.family}/{file.name}"
    where = f"{name}.toml: {first.dotted}" if first.place else f"{name}.toml"
    more = f" {len(problems) - 1} more: `pop mapping check {name}` tells all." if len(problems) > 1 else ""
    return MappingError(first.what, where=where, todo=f"{first.todo}{more}".strip())


def _resource(name: str, table: Mapping[str, Any]) -> Resource:
    describe = table["describe"]
    return Resource(
        name=name,
        target=table["target"],
        read=table["read"],
        key=table["key"],
        per=table["per"],
        joins=tuple(_join(join) for join in table["join"]),
        only=_only(table["only_"]),
        distinct=table["distinct"],
        absent=table["absent"],
        rules=tuple(_rule(key, rule, f"resources.{name}.fields.{key}") for key, rule in table["fields_"].items()),
        delta=_delta(table["delta"]),
        describe=Describe(describe["read"], describe["name"], describe["kind"]) if describe else None,
        each=table.get("each"),
    )


def _join(table: Mapping[str, Any]) -> Join:
    effective = table["effective"]
    period = Effective(effective["from_"], effective["to"]) if effective else None
    return Join(table["resource"], table["on"], table["as_"], table["by"], period, table["many"])


def _only(table: Mapping[str, Any] | None) -> Only | None:
    if table is None:
        return None
    return Only(table["path"], tuple(table["in_"]) if "in_" in table else None)


def _delta(table: Mapping[str, Any] | None) -> Delta | None:
    if table is None:
        return None
    found = table["changed"]
    changed = Changed(found["read"], found["key"], _only(found["deleted"]), found["one"]) if found else None
    return Delta(tuple(table["stamps"]), table["lookback_minutes"], table["full_every_days"], table["zone"], changed)


def _write(number: int, table: Mapping[str, Any]) -> WriteRule:
    values = [_rule(name, rule, f"write.{number}.values.{name}") for name, rule in table["values"].items()]
    return write_rule(number, table, values)


def _rule(name: str, table: Mapping[str, Any], line: str) -> FieldRule:
    converters = (table["convert"],) if isinstance(table["convert"], str) else tuple(table["convert"])
    return FieldRule(name, line, table.get("path"), table.get("value"), converters, options_of(table))
