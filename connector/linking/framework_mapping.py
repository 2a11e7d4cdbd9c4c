"""A file of mappings/competencies, checked: what the columns of a framework's official files are called.

[frameworks.CODE]        name, version (a text, or { cell = "…" } of the block above the header), attribution
[files.KIND]             title, columns that every such file has, only = { column, in } for the rows that count
[[files.KIND.concepts]]  framework, code, kind, labels, retired; is_complete: what is not in it any more has ended;
                         is_guest: of another framework, never put over what that framework itself said
[[files.KIND.relations]] from and to, or a path from the broadest to the narrowest; kind
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, post_load, validate

from connector.errors import MappingError
from connector.mapping_files import MappingFile


@dataclass(frozen=True, slots=True)
class ValueRule:
    """A fixed value, or a column (up to `until`) looked up in `codes`."""

    value: str | None = None
    column: str | None = None
    until: str | None = None
    codes: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class OnlyRule:
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelRule:
    """`language` None: the language of the file. `separator`: several words in one cell."""

    column: str
    language: str | None = None
    separator: str | None = None
    is_preferred: bool = False


@dataclass(frozen=True, slots=True)
class ConceptRule:
    framework: str
    code: str
    labels: tuple[LabelRule, ...]
    kind: ValueRule | None = None
    retired: OnlyRule | None = None
    is_complete: bool = False
    is_guest: bool = False


@dataclass(frozen=True, slots=True)
class RelationRule:
    from_framework: str
    to_framework: str
    kind: ValueRule
    start: str | None = None
    end: str | None = None
    path: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileRule:
    """One kind of file, known by its columns."""

    name: str
    title: str
    columns: tuple[str, ...]
    only: OnlyRule | None
    concepts: tuple[ConceptRule, ...]
    relations: tuple[RelationRule, ...]


@dataclass(frozen=True, slots=True)
class FrameworkRule:
    """`version` is a text; or else `version_cell` names the cell of the header block that holds it."""

    name: str
    version: str | None
    version_cell: str | None
    attribution: str | None


@dataclass(frozen=True, slots=True)
class FrameworkMapping:
    name: str
    frameworks: dict[str, FrameworkRule]
    files: tuple[FileRule, ...]


class _Value(Schema):
    value = fields.String()
    column = fields.String()
    until = fields.String()
    codes = fields.Dict(keys=fields.String(), values=fields.String())

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> ValueRule:
        if ("value" in data) == ("column" in data):
            raise ValidationError("give either a value or a column")
        return ValueRule(**data)


class _Only(Schema):
    column = fields.String(required=True)
    in_ = fields.List(fields.String(), required=True, data_key="in")

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> OnlyRule:
        return OnlyRule(data["column"], tuple(data["in_"]))


class _Label(Schema):
    column = fields.String(required=True)
    language = fields.String()
    separator = fields.String()
    is_preferred = fields.Boolean()

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> LabelRule:
        return LabelRule(**data)


class _Concept(Schema):
    framework = fields.String(required=True)
    code = fields.String(required=True)
    kind = fields.Nested(_Value)
    labels = fields.List(fields.Nested(_Label), required=True, validate=validate.Length(min=1))
    retired = fields.Nested(_Only)
    is_complete = fields.Boolean()
    is_guest = fields.Boolean()

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> ConceptRule:
        return ConceptRule(**{**data, "labels": tuple(data["labels"])})


class _Relation(Schema):
    from_framework = fields.String(required=True)
    to_framework = fields.String(required=True)
    kind = fields.Nested(_Value, required=True)
    start = fields.String(data_key="from")
    end = fields.String(data_key="to")
    path = fields.List(fields.String())

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> RelationRule:
        if ("path" in data) == ("start" in data and "end" in data):
            raise ValidationError("give either `from` and `to`, or a path")
        return RelationRule(**{**data, "path": tuple(data.get("path", ()))})


class _File(Schema):
    title = fields.String(required=True)
    columns = fields.List(fields.String(), required=True, validate=validate.Length(min=1))
    only_ = fields.Nested(_Only, data_key="only")
    concepts = fields.List(fields.Nested(_Concept), load_default=[])
    relations = fields.List(fields.Nested(_Relation), load_default=[])


class _Framework(Schema):
    name = fields.String(required=True)
    version = fields.Raw(required=True)
    attribution = fields.String()

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> FrameworkRule:
        version = data["version"]
        cell = version.get("cell") if isinstance(version, dict) else None
        if not isinstance(version, str) and not isinstance(cell, str):
            raise ValidationError('must be a text or { cell = "…" }', "version")
        return FrameworkRule(data["name"], None if cell else version, cell, data.get("attribution"))


class _Mapping(Schema):
    title = fields.String(required=True)
    licence = fields.String(required=True)
    source = fields.String(required=True)
    date = fields.Raw(required=True)
    known_limits = fields.List(fields.String())
    frameworks = fields.Dict(keys=fields.String(), values=fields.Nested(_Framework), required=True)
    files = fields.Dict(keys=fields.String(), values=fields.Nested(_File), required=True)


def read_framework_mapping(file: MappingFile) -> FrameworkMapping:
    """Check one file; MappingError names the line that is wrong."""
    try:
        content = _Mapping(unknown=RAISE).load(file.content)
    except ValidationError as error:
        place, why = _first(error.messages_dict)
        raise MappingError(why, where=f"{file.path.name}: {place}") from error
    frameworks = content["frameworks"]
    files = tuple(_file(name, raw) for name, raw in content["files"].items())
    named = {rule.framework for each in files for rule in each.concepts}
    named |= {name for each in files for rule in each.relations for name in (rule.from_framework, rule.to_framework)}
    for name in sorted(named - set(frameworks)):
        raise MappingError(
            f"there is no framework {name!r}", where=f"{file.path.name}: files", todo=f"Use {', '.join(frameworks)}."
        )
    return FrameworkMapping(file.name, frameworks, files)


def _file(name: str, raw: dict[str, Any]) -> FileRule:
    return FileRule(
        name=name,
        title=raw["title"],
        columns=tuple(raw["columns"]),
        only=raw.get("only_"),
        concepts=tuple(raw["concepts"]),
        relations=tuple(raw["relations"]),
    )


def _first(messages: Any, place: str = "") -> tuple[str, str]:
    """The first problem of marshmallow's tree, and where it stands in the file."""
    while isinstance(messages, dict):
        key, messages = next(iter(messages.items()))
        if key not in ("value", "_schema"):
            place = f"{place}.{key}" if place else str(key)
    return place, " ".join(map(str, messages))
