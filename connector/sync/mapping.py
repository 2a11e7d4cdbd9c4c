"""A mapping, checked: how the records of one kind of system become ours.

The file is data. A field is one path (JMESPath) and any number of named converters; there are no conditions, loops
or templates. The shape of a file:

    title = "…"; kind = "hr"; protocol = "rest"; grade = "bronze"; known_limits = ["…"]
    [connection]               what the protocol needs to know (see connector.sources.<protocol>)
    [resources.NAME]           in the order in which they are read
    target = "employee"        what a record becomes; without it the resource only serves joins
    read = { … }               what the protocol needs to know to read it
    key = "id"                 path of the source's own key
    per = "employees"          read once per record of that resource, which stands under `parent` in each record
    join = [{ resource = "levels", on = "level_id", as = "level" }]
    only = { path = "active", in = [true] }     other records are out of scope (without `in`: those that lack it)
    distinct = true            the records only mention these things (a unit per employee): each counts once
    absent = "unknown"         what a record means that a complete scan no longer holds
    [resources.NAME.fields]
    email = "work_email"
    status = { path = "active", convert = "code", codes = { true = "active", false = "left" } }
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError
from marshmallow import RAISE, Schema, ValidationError, fields, validate

from connector.errors import MappingError
from connector.mapping_files import MappingFile
from connector.sync.converters import CONVERTERS
from connector.sync.records import TARGETS

GRADES = ("paper", "bronze", "silver", "gold", "platinum")
ABSENT = ("left", "ended", "unknown", "out_of_scope")


class _FieldSchema(Schema):
    path = fields.String()
    value = fields.Raw()
    convert = fields.Raw(load_default=[])
    codes = fields.Dict(keys=fields.String(), load_default={})
    format = fields.String()
    separator = fields.String()


class _JoinSchema(Schema):
    resource = fields.String(required=True)
    on = fields.String(required=True)
    as_ = fields.String(required=True, data_key="as")


class _OnlySchema(Schema):
    path = fields.String(required=True)
    in_ = fields.List(fields.Raw(), data_key="in")


class _ResourceSchema(Schema):
    target = fields.String(validate=validate.OneOf(sorted(TARGETS)))
    read = fields.Dict(load_default={})
    key = fields.String(required=True)
    per = fields.String()
    join = fields.List(fields.Nested(_JoinSchema), load_default=[])
    distinct = fields.Boolean(load_default=False)
    only_ = fields.Nested(_OnlySchema, data_key="only")
    absent = fields.String(load_default="unknown", validate=validate.OneOf(ABSENT))
    fields_ = fields.Dict(keys=fields.String(), load_default={}, data_key="fields")


class _MappingSchema(Schema):
    title = fields.String(required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["hr", "catalogue"]))
    protocol = fields.String(required=True, validate=validate.OneOf(["files", "rest", "jsonrpc"]))
    grade = fields.String(required=True, validate=validate.OneOf(GRADES))
    known_limits = fields.List(fields.String(), load_default=[])
    connection = fields.Dict(load_default={})
    resources = fields.Dict(keys=fields.String(), required=True, validate=validate.Length(min=1))


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
class Join:
    resource: str
    on: str
    name: str


@dataclass(frozen=True, slots=True)
class Only:
    """Which records are in scope: those with one of the values at the path, or (None) with anything there."""

    path: str
    values: tuple[Any, ...] | None


@dataclass(frozen=True, slots=True)
class Resource:
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


@dataclass(frozen=True, slots=True)
class SystemMapping:
    """One mapping file, checked. `name` is `family/name`."""

    name: str
    digest: str
    title: str
    kind: str
    protocol: str
    grade: str
    known_limits: tuple[str, ...]
    connection: Mapping[str, Any]
    resources: tuple[Resource, ...]


def read_mapping(file: MappingFile) -> SystemMapping:
    """Check one file; MappingError names the line that is wrong and what would be right."""
    content = _load(_MappingSchema(), file.content, file)
    resources = tuple(_resource(name, raw, file) for name, raw in content["resources"].items())
    _check_references(resources, file)
    return SystemMapping(
        name=f"{file.family}/{file.name}",
        digest=file.digest,
        title=content["title"],
        kind=content["kind"],
        protocol=content["protocol"],
        grade=content["grade"],
        known_limits=tuple(content["known_limits"]),
        connection=content["connection"],
        resources=resources,
    )


def _load(schema: Schema, raw: Any, file: MappingFile, place: str = "") -> dict[str, Any]:
    schema.unknown = RAISE
    try:
        loaded: dict[str, Any] = schema.load(raw)
    except ValidationError as error:
        raise MappingError(f"{error.messages}", where=_where(file, place)) from error
    return loaded


def _where(file: MappingFile, place: str) -> str:
    return f"{file.family}/{file.name}.toml{': ' + place if place else ''}"


def _resource(name: str, raw: Any, file: MappingFile) -> Resource:
    place = f"resources.{name}"
    loaded = _load(_ResourceSchema(), raw, file, place)
    target = loaded.get("target")
    rules = tuple(_rule(key, rule, f"{place}.fields.{key}", file) for key, rule in loaded["fields_"].items())
    if target:
        allowed = TARGETS[target].fields
        for rule in rules:
            if rule.name not in allowed:
                near = difflib.get_close_matches(rule.name, allowed, n=1)
                hint = f"Did you mean {near[0]}? " if near else ""
                raise MappingError(
                    f"a {target} has no such field",
                    where=_where(file, f"{place}.fields.{rule.name}"),
                    todo=f"{hint}Allowed: {', '.join(allowed)}.",
                )
    _compiles(loaded["key"], f"{place}.key", file)
    return Resource(
        name=name,
        target=target,
        read=loaded["read"],
        key=loaded["key"],
        per=loaded.get("per"),
        joins=tuple(Join(join["resource"], join["on"], join["as_"]) for join in loaded["join"]),
        only=_only(loaded.get("only_")),
        distinct=loaded["distinct"],
        absent=loaded["absent"],
        rules=rules,
    )


def _only(raw: dict[str, Any] | None) -> Only | None:
    if raw is None:
        return None
    return Only(raw["path"], tuple(raw["in_"]) if "in_" in raw else None)


def _rule(name: str, raw: Any, place: str, file: MappingFile) -> FieldRule:
    spec = _load(_FieldSchema(), {"path": raw} if isinstance(raw, str) else raw, file, place)
    names = [spec["convert"]] if isinstance(spec["convert"], str) else spec["convert"]
    for converter in names:
        if converter not in CONVERTERS:
            raise MappingError(
                f"there is no converter {converter!r}",
                where=_where(file, place),
                todo=f"There are: {', '.join(sorted(CONVERTERS))}.",
            )
    if ("path" in spec) == ("value" in spec):
        raise MappingError("give either a path or a value", where=_where(file, place))
    if "path" in spec:
        _compiles(spec["path"], place, file)
    options: dict[str, Any] = {key: spec[key] for key in ("codes", "format", "separator") if key in spec}
    return FieldRule(name, place, spec.get("path"), spec.get("value"), tuple(names), options)


def _compiles(path: str, place: str, file: MappingFile) -> None:
    try:
        jmespath.compile(path)
    except JMESPathError as error:
        raise MappingError(f"{path!r} is not a path: {error}", where=_where(file, place)) from error


def _check_references(resources: tuple[Resource, ...], file: MappingFile) -> None:
    earlier: set[str] = set()
    for resource in resources:
        wanted = [join.resource for join in resource.joins] + ([resource.per] if resource.per else [])
        for name in wanted:
            if name not in earlier:
                raise MappingError(
                    f"{name!r} is not a resource that is read before this one",
                    where=_where(file, f"resources.{resource.name}"),
                )
        earlier.add(resource.name)
