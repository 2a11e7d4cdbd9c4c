"""Everything that is wrong in a mapping file, at once: each with its place and the nearest right word."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from marshmallow import RAISE, Schema, ValidationError
from marshmallow.validate import OneOf

from connector.sync.converters import CONVERTERS
from connector.sync.mapping_assignments import assignment_problems
from connector.sync.mapping_schema import FieldSchema, MappingSchema, ResourceSchema
from connector.sync.mapping_write import completed, problems_of
from connector.sync.records import TARGETS
from connector.sync.schema_tree import schema_below
from connector.sync.write_converters import WRITE_CONVERTERS

Place = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong at a place of the file: `("resources", "people", "key")`."""

    place: Place
    what: str
    todo: str = ""

    @property
    def dotted(self) -> str:
        """The place as people write it."""
        return ".".join(str(part) for part in self.place)

    @property
    def sentence(self) -> str:
        return f"{self.dotted}: {self.what}{'. ' + self.todo if self.todo else ''}" if self.place else self.what


def checked_tables(content: Mapping[str, Any]) -> tuple[dict[str, Any], list[Problem]]:
    """The file with all defaults filled in, and its problems. With a problem the tables are not to be used."""
    problems: list[Problem] = []
    tables = _load(MappingSchema(), content, (), problems)
    raw = content.get("resources")
    resources = raw if isinstance(raw, Mapping) else {}
    tables["resources"] = {name: _resource(str(name), table, problems) for name, table in resources.items()}
    problems += _references(tables["resources"])
    problems += [Problem(place, what, todo) for place, what, todo in assignment_problems(tables["resources"])]
    tables["write"] = _writes(tables, problems)
    return tables, problems


def table_problems(schema: Schema, raw: Any, place: Place) -> list[Problem]:
    """What is wrong in one table, by its schema."""
    problems: list[Problem] = []
    _load(schema, raw, place, problems)
    return problems


def options_of(rule: Mapping[str, Any]) -> dict[str, Any]:
    """What the converters of a field are given."""
    return {key: rule[key] for key in ("codes", "format", "separator") if key in rule}


def _load(schema: Schema, raw: Any, place: Place, problems: list[Problem]) -> dict[str, Any]:
    schema.unknown = RAISE
    try:
        loaded: dict[str, Any] = schema.load(raw)
    except ValidationError as error:
        problems += _flat(error.messages, schema, raw, place)
        return dict(error.valid_data) if isinstance(error.valid_data, dict) else {}
    return loaded


def _flat(messages: Any, schema: Schema | None, raw: Any, place: Place) -> Iterator[Problem]:
    """Marshmallow's messages, which mirror the tables, as a list of places."""
    if not isinstance(messages, dict):
        yield Problem(place, _said(messages))
        return
    for name, found in messages.items():
        if name == "_schema":
            yield Problem(place, _said(found))
            continue
        field, value = _field(schema, name), _member(raw, name)
        if schema is not None and field is None and isinstance(name, str):
            yield Problem((*place, name), "there is no such option", nearest(name, _names(schema), "Allowed here"))
        elif isinstance(found, dict):
            yield from _flat(found, schema if isinstance(name, int) else schema_below(field), value, (*place, name))
        else:
            yield _of_field((*place, name), field, value, found)


def _of_field(place: Place, field: Any, value: Any, messages: Sequence[Any]) -> Problem:
    choices = next((rule.choices for rule in getattr(field, "validators", []) if isinstance(rule, OneOf)), None)
    if choices is None or value is None:
        return Problem(place, _said(messages))
    return Problem(place, f"{value!r} is not known here", nearest(str(value), list(choices), "Use one of"))


def _said(messages: Any) -> str:
    words = {"Missing data for required field.": "this is needed", "Not a valid string.": "must be a text"}
    found = messages if isinstance(messages, list) else [messages]
    return " ".join(words.get(str(message), str(message)) for message in found).rstrip(".")


def _names(schema: Schema) -> list[str]:
    return [field.data_key or name for name, field in schema.fields.items()]


def _field(schema: Schema | None, name: Any) -> Any:
    found = schema.fields.items() if schema is not None else ()
    return next((field for key, field in found if name == (field.data_key or key)), None)


def _member(raw: Any, name: Any) -> Any:
    """What stands in a table or list; a text is the short form of a table of which it is the one value."""
    if isinstance(raw, str):
        return raw
    try:
        return raw[name]
    except (LookupError, TypeError):
        return None


def nearest(word: str, allowed: Sequence[str], heading: str) -> str:
    """What to write instead: the nearest right word, and all of them."""
    near = difflib.get_close_matches(word, allowed, n=1)
    return f"{'Did you mean ' + near[0] + '? ' if near else ''}{heading}: {', '.join(allowed)}."


def _resource(name: str, raw: Any, problems: list[Problem]) -> dict[str, Any]:
    place: Place = ("resources", name)
    loaded = _load(ResourceSchema(), raw, place, problems)
    target, rules = loaded.get("target"), {}
    raw_rules = raw.get("fields") if isinstance(raw, Mapping) else None
    for key, rule in (raw_rules if isinstance(raw_rules, Mapping) else {}).items():
        rules[key] = _rule(rule, (*place, "fields", key), problems)
        if target in TARGETS and key not in TARGETS[target].fields:
            todo = nearest(key, list(TARGETS[target].fields), "Allowed")
            problems.append(Problem((*place, "fields", key), f"a record of {target} has no such field", todo))
    loaded["fields_"] = rules
    if loaded.get("each") and not loaded.get("per"):
        problems.append(Problem((*place, "each"), "needs `per`: the resource in whose records the list stands"))
    zone = (loaded.get("delta") or {}).get("zone", "UTC")
    if not _is_zone(zone):
        problems.append(Problem((*place, "delta", "zone"), f"there is no time zone {zone!r}", "Like Europe/Brussels."))
    return loaded


def _writes(tables: Mapping[str, Any], problems: list[Problem]) -> list[dict[str, Any]]:
    """The write tables, each whole and with its rules loaded."""
    loaded = tables.get("write", [])
    found = completed(loaded) if all(isinstance(table, dict) for table in loaded) else []
    for number, table in enumerate(found):
        place: Place = ("write", number)
        own = problems if "values" in loaded[number] else []  # what was taken over is told where it stands
        rules = table.get("values", {}).items()
        table["values"] = {name: _rule(rule, (*place, "values", name), own, WRITE_CONVERTERS) for name, rule in rules}
        protocol = str(tables.get("protocol"))
        problems += [Problem((*place, *inner), what, todo) for inner, what, todo in problems_of(table, protocol)]
    return found


def _is_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ValueError, OSError, LookupError):
        return False
    return True


def _rule(raw: Any, place: Place, problems: list[Problem], converters: Collection[str] = CONVERTERS) -> dict[str, Any]:
    rule = _load(FieldSchema(), {"path": raw} if isinstance(raw, str) else raw, place, problems)
    names = rule.get("convert", [])
    names = [names] if isinstance(names, str) else names
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        problems.append(Problem((*place, "convert"), "must be the name of a converter, or a list of names"))
        return rule
    for name in names:
        if name not in converters:
            todo = nearest(name, sorted(converters), "There are")
            problems.append(Problem((*place, "convert"), f"there is no converter {name!r}", todo))
    if isinstance(raw, Mapping) and ("path" in raw) == ("value" in raw):
        problems.append(Problem(place, "give either a path or a value"))
    if "code" in names and not rule.get("codes"):
        problems.append(Problem((*place, "codes"), "the converter code needs its list of codes"))
    return rule


def _references(resources: Mapping[str, Mapping[str, Any]]) -> Iterator[Problem]:
    """Joins and `per` may only name resources that were read before."""
    earlier: list[str] = []
    for name, table in resources.items():
        wanted: list[tuple[Place, str]] = [
            (("join", number, "resource"), join["resource"])
            for number, join in enumerate(table.get("join", []))
            if "resource" in join
        ]
        if table.get("per"):
            wanted.append((("per",), table["per"]))
        for place, other in wanted:
            if other not in earlier:
                what = f"{other!r} is not a resource that is read before this one"
                yield Problem(
                    ("resources", name, *place), what, nearest(other, earlier, "Read before") if earlier else ""
                )
        earlier.append(name)
