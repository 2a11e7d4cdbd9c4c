"""What a mapping names of the answers of its system: nothing else of them belongs in a sample."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.sync.mapping import FieldRule, Resource, SystemMapping
from connector.sync.path_names import names_in

_PARENT = re.compile(r"\{parent\.([\w.]+)\}")
_OF_CONVERTER = {"reference": {"id", "code"}, "label": {"display", "name"}}
_OPEN = {"language", "currency", "joint_committee", "learning_form", "scale", "status"}  # say nothing of a person
_REFERENCES = {"unit", "job", "supervisor", "manager", "parent", "person", "competency", "training"}
_ENVELOPE = {
    *("jsonrpc", "result", "error", "d", "results", "__next", "__count", "value", "@odata.nextLink", "@odata.count"),
    *("Resources", "totalResults", "startIndex", "itemsPerPage", "nextCursor"),
}


@dataclass(frozen=True, slots=True)
class Named:
    """Names of members, by what they are for, and texts that stand in the mapping itself (in small letters)."""

    members: frozenset[str]
    envelope: frozenset[str]  # of the answer around the records
    links: frozenset[str]  # that hold an address or a cursor of the next page
    numbers: frozenset[str]  # that hold a personnel number
    births: frozenset[str]  # that hold a birth day
    references: frozenset[str]  # that hold a key
    open: frozenset[str]  # whose values are codes, not words of people
    texts: frozenset[str]
    formats: tuple[str, ...]
    is_keyed: bool  # some records stand in an object by their key


def named_by(mapping: SystemMapping) -> Named:
    """Everything that a mapping names, in all its resources."""
    rules = [rule for resource in mapping.resources for rule in resource.rules]
    paths = [path for resource in mapping.resources for path in _paths(resource)]
    options = list(_texts([*(resource.read for resource in mapping.resources), mapping.connection]))
    paginations = [resource.read.get("pagination") for resource in mapping.resources]
    links = names_in(found.get("next") for found in paginations if isinstance(found, dict))
    below = {name for rule in rules for converter in rule.converters for name in _OF_CONVERTER.get(converter, ())}
    keys = [path for resource in mapping.resources for path in _keys(resource)]
    return Named(
        members=frozenset(names_in(paths) | names_in(_compiling(options)) | below),
        envelope=frozenset(_ENVELOPE),
        links=frozenset(links | {"__next", "@odata.nextLink", "nextCursor"}),
        numbers=frozenset(_numbers(mapping.resources, rules)),
        births=frozenset(_last(rules, {"born_on"})),
        references=frozenset(names_in(keys) | _last(rules, _REFERENCES) | {"id", "code"}),
        open=frozenset(_last(rules, _OPEN)),
        texts=frozenset(text.casefold() for text in [*options, *_codes(mapping)]),
        formats=tuple(rule.options["format"] for rule in rules if "format" in rule.options),
        is_keyed=any("key_as" in resource.read for resource in mapping.resources),
    )


def _numbers(resources: tuple[Resource, ...], rules: list[FieldRule]) -> set[str]:
    """Where the personnel number is the key of employees, whatever refers to them holds one too."""
    found = _last(rules, {"employee_number"})
    keys = names_in(resource.key for resource in resources if resource.target == "employee")
    return found | _last(rules, {"supervisor", "manager", "person"}) if keys & found else found


def _paths(resource: Resource) -> Iterator[str | None]:
    yield from _keys(resource)
    yield from (rule.path for rule in resource.rules)
    yield resource.only.path if resource.only else None
    yield resource.each
    for join in resource.joins:
        yield from (join.effective.since, join.effective.until) if join.effective else ()
    yield from resource.delta.stamps if resource.delta else ()


def _keys(resource: Resource) -> Iterator[str | None]:
    yield resource.key
    for join in resource.joins:
        yield from (join.on, join.by)
    for text in _texts(resource.read):
        yield from _PARENT.findall(text)
    pagination = resource.read.get("pagination")
    yield from _texts(pagination.get("key") if isinstance(pagination, dict) else None)


def _texts(found: Any) -> Iterator[str]:
    if isinstance(found, str):
        yield found
    elif isinstance(found, dict):
        for value in found.values():
            yield from _texts(value)
    elif isinstance(found, list | tuple):
        for value in found:
            yield from _texts(value)


def _compiling(texts: list[str]) -> Iterator[str]:
    for text in texts:
        try:
            jmespath.compile(text)
        except JMESPathError:
            continue
        yield text


def _codes(mapping: SystemMapping) -> Iterator[str]:
    for resource in mapping.resources:
        yield from (str(value) for value in (resource.only.values or ()) if resource.only) if resource.only else ()
        for rule in resource.rules:
            yield from map(str, rule.options.get("codes", {}))


def _last(rules: list[FieldRule], fields: set[str]) -> set[str]:
    """The names in the paths of some of our fields."""
    return names_in(rule.path for rule in rules if rule.name in fields)
