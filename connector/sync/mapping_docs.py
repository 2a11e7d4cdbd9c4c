"""mappings/README.md: the guide, with every table made from the schema that checks it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import marshmallow
from marshmallow import Schema, fields, validate

from connector.domain.write_back import EVENTS, FACTS, KINDS, LOOKED_UP
from connector.http.auth_options import AuthField
from connector.sync import mapping_schema
from connector.sync.converter_examples import example_rows
from connector.sync.protocol_options import LIMITS, OPTIONS, WriteTables
from connector.sync.records import TARGETS
from connector.sync.schema_tree import name_of, schema_below
from connector.sync.target_docs import TARGET_DOCS
from connector.sync.write_converters import WRITE_CONVERTERS, WRITE_EXAMPLES

_GUIDE = Path(__file__).with_name("mapping_guide.md")
_SLOT = re.compile(r"^\{\{ (\w+)(?: (\w+))? \}\}$", re.MULTILINE)
_KINDS: list[tuple[type[fields.Field[Any]], str]] = [
    (fields.Boolean, "true or false"),
    (fields.Integer, "whole number"),
    (fields.Number, "number"),
    (fields.Date, "day"),
    (fields.Email, "mail address"),
    (fields.Url, "web address"),
    (fields.String, "text"),
    (fields.List, "list"),
    (fields.Nested, "table"),
    (fields.Dict, "table"),
]


def mapping_docs() -> str:
    """The whole page, as Markdown."""
    return _SLOT.sub(lambda slot: "\n".join(_filled(slot[1], slot[2])), _GUIDE.read_text(encoding="utf-8"))


def _filled(what: str, name: str | None) -> Iterator[str]:
    if what == "tables" and name is not None:
        return _tables(getattr(mapping_schema, name)(), "", 3)
    if what == "words" and name is not None:
        return _words({"EVENTS": EVENTS, "WRITES": KINDS}.get(name) or getattr(mapping_schema, name))
    made = {
        "targets": _targets,
        "converters": _converters,
        "protocols": _protocols,
        "limits": _limits,
        "facts": _facts,
        "write_converters": _write_converters,
    }
    return made[what]()


def _words(found: Mapping[str, str]) -> Iterator[str]:
    return (f"- `{word}`: {meaning}" for word, meaning in found.items())


def _targets() -> Iterator[str]:
    for name, schema in TARGETS.items():
        yield f"### {name}\n"
        yield from _fields(name, schema)
        yield ""


def _facts() -> Iterator[str]:
    for event, facts in FACTS.items():
        yield f"- `{event}`: {', '.join(f'`{name}`' for name in facts)}"
    yield ""
    yield "| fact | what |"
    yield "|---|---|"
    told: dict[str, str] = {name: doc for facts in FACTS.values() for name, doc in facts.items()}
    yield from (f"| `{name}` | {_cell(doc)} |" for name, doc in told.items())
    yield f"| `{LOOKED_UP}` | What `look_up` has found, by its name. |"


def _write_converters() -> Iterator[str]:
    return _rows_of(example_rows(WRITE_CONVERTERS, WRITE_EXAMPLES))


def _converters() -> Iterator[str]:
    return _rows_of(example_rows())


def _rows_of(rows: Iterable[tuple[str, str, str, str, str]]) -> Iterator[str]:
    yield "| converter | what it does | in | out |"
    yield "|---|---|---|---|"
    for name, doc, options, value, result in rows:
        given = f" with {options}" if options else ""
        yield f"| `{name}` | {_cell(doc)} | `{_cell(value)}`{_cell(given)} | `{_cell(result)}` |"


def _protocols() -> Iterator[str]:
    for name, meaning in mapping_schema.PROTOCOLS.items():
        yield f"### {name}: {meaning}\n"
        options = OPTIONS[name]
        for table, made in (("[connection]", options.connection), ("[resources.NAME.read]", options.read)):
            if made is not None:
                yield f"#### `{table}`\n"
                yield from _tables(made(), "", 5)
        if options.write is not None:
            yield from _write_tables(options.write)


def _write_tables(tables: WriteTables) -> Iterator[str]:
    for name, made in (("call", tables.call), ("find", tables.find), ("look_up.read", tables.look_up)):
        if made is not None:
            yield f"#### `write.{name}`\n"
            yield from _tables(made(), "", 5)


def _limits() -> Iterator[str]:
    yield "The `[limits]` table. The settings of a source may ask for fewer calls, never for more.\n"
    yield from _tables(LIMITS(), "", 3)


def _tables(schema: Schema, name: str, depth: int) -> Iterator[str]:
    """The table of a schema, and one for each table inside it."""
    doc = _sentence(type(schema).__doc__)
    if name:
        yield f"{'#' * depth} `{name}`\n"
    if doc:
        yield f"{doc}\n"
    yield from _table(schema)
    yield ""
    for key, field in schema.fields.items():
        below = schema_below(field)
        if below is not None:
            yield from _tables(below, f"{name}.{name_of(key, field)}".lstrip("."), depth)
        elif isinstance(schema, mapping_schema.ResourceSchema) and name_of(key, field) == "fields":
            yield from _tables(mapping_schema.FieldSchema(), "fields.NAME", depth)


def _table(schema: Schema) -> Iterator[str]:
    yield "| option | what | kind | default | example |"
    yield "|---|---|---|---|---|"
    for key, field in schema.fields.items():
        doc, example = str(field.metadata.get("doc", "")), str(field.metadata.get("example", ""))
        shown = f"`{_cell(example)}`" if example else ""
        yield f"| `{name_of(key, field)}` | {_cell(doc)} | {_kind(field)} | {_default(field)} | {shown} |"


def _fields(target: str, schema: Schema) -> Iterator[str]:
    yield "| field | what | kind |"
    yield "|---|---|---|"
    for name, field in schema.fields.items():
        needed = " (needed)" if field.required else ""
        yield f"| `{name}`{needed} | {_cell(TARGET_DOCS[target][name])} | {_kind(field)} |"


def _kind(field: Any) -> str:
    choices = next((rule.choices for rule in field.validators if isinstance(rule, validate.OneOf)), None)
    if choices:
        return "one of " + ", ".join(f"`{choice}`" for choice in choices)
    if isinstance(field, AuthField):
        return "text or table"
    kind = next((word for made, word in _KINDS if isinstance(field, made)), "any value")
    if kind == "list" and isinstance(field.inner, fields.Nested):
        kind = "list of tables"
    return kind + "".join(_bound(rule) for rule in field.validators)


def _bound(rule: Any) -> str:
    if isinstance(rule, validate.Length):
        return f", at most {rule.max} characters" if rule.max is not None else ", not empty"
    if isinstance(rule, validate.Range):
        ends = (("from", rule.min), ("to", rule.max))
        return "".join(
            f", {word} {end}" if word == "from" else f" {word} {end}" for word, end in ends if end is not None
        )
    if isinstance(rule, validate.Regexp):
        return f", like `{_cell(str(rule.regex.pattern))}`"
    return ""


def _default(field: Any) -> str:
    if field.required:
        return "**needed**"
    default = field.load_default
    if callable(default):
        default = default()
    if default is marshmallow.missing or default in (None, [], {}, ""):
        return ""
    return f"`{json.dumps(default)}`" if not isinstance(default, dict) else ""


def _sentence(doc: str | None) -> str:
    return " ".join((doc or "").split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
