"""One resource of a mapping, compiled: raw record in, our fields out. Compiled once a run, used for every record."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import jmespath
import orjson
from jmespath.exceptions import JMESPathError

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.sync.checks import compile_checks
from connector.sync.converters import CONVERTERS, kind_of, reference, storable, text
from connector.sync.mapping import FieldRule, Only, Resource
from connector.sync.records import TARGETS

Path = Callable[[Any], Any]
_KEY_LENGTH = 200
_NAMES = re.compile(r'[A-Za-z_]\w*|"[^"\\]+"', re.ASCII)
_PLAIN = re.compile(rf"(?:{_NAMES.pattern})(?:\.(?:{_NAMES.pattern}))*", re.ASCII)


def compile_path(path: str) -> Path:
    """A path as a function. Names with or without dots, by far the most common paths, need no expression engine."""
    names = [name.strip('"') for name in _NAMES.findall(path)] if _PLAIN.fullmatch(path) else []
    if len(names) == 1:
        (only,) = names
        return lambda raw: raw.get(only) if type(raw) is dict else None
    if names:
        return lambda raw: _walk(raw, names)
    expression = jmespath.compile(path)
    return expression.search


def column_of(rule: FieldRule) -> str | None:
    """What a field is called in the source: its column, or the path to it; None for one that has a fixed value."""
    if rule.path is None or not _PLAIN.fullmatch(rule.path):
        return rule.path
    return ".".join(name.strip('"') for name in _NAMES.findall(rule.path))


def _walk(value: Any, names: list[str]) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def is_meant(only: Only, raw: Raw) -> bool:
    """Whether a record has one of the values at the path, or (where none are listed) anything."""
    try:
        return _is_one_of(only, compile_path(only.path)(raw))
    except JMESPathError:
        return False


def _is_one_of(only: Only, found: Any) -> bool:
    if only.values is None:
        return found not in (None, False, "", [], {})
    return found in only.values


class RecordMap:
    """How one resource's records are keyed, hashed, scoped and mapped.

    `key` gives the source's own key, as text; None when the record has none. A very long one is shortened, still
    unique.
    """

    def __init__(self, resource: Resource, digest: str) -> None:
        self.resource = resource
        self._digest = digest.encode()
        self.key = _key(resource.key)
        self._only = compile_path(resource.only.path) if resource.only else None
        self._fields = [_field(rule) for rule in resource.rules]
        self._schema = TARGETS[resource.target] if resource.target else None
        self._fits = compile_checks(self._schema) if self._schema else None
        self._lines = {rule.name: rule.line for rule in resource.rules}

    def is_in_scope(self, raw: Raw) -> bool:
        only = self.resource.only
        if only is None or self._only is None:
            return True
        try:
            return _is_one_of(only, self._only(raw))
        except JMESPathError:
            return True  # what cannot be told apart is looked at, never passed over

    def hash(self, raw: Raw, correction: Mapping[str, Any] | None = None) -> bytes:
        """The same bytes only if record, joined records, correction and mapping file are the same."""
        try:
            body = orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
        except (TypeError, ValueError):
            body = _canonical(raw)
        if correction:
            body += _canonical(dict(correction))
        return hashlib.blake2b(body, digest_size=16, key=self._digest).digest()

    def map(self, raw: Raw, correction: Mapping[str, Any] | None = None) -> tuple[dict[str, Any], list[RecordError]]:
        """Our fields as plain JSON values, and every problem found: converters first, then the target's schema.

        A `correction` made here takes the place of what the source says of its fields, right or wrong.
        """
        mapped: dict[str, Any] = {}
        problems: list[RecordError] = []
        for name, convert in self._fields:
            if correction and name in correction:
                continue
            try:
                value = convert(raw)
            except RecordError as error:
                problems.append(RecordError(error.reason, field=name, kind=error.kind))
                continue
            except (ArithmeticError, ValueError, TypeError, LookupError, RecursionError) as error:
                # A value that no converter foresaw must not stop the records around it.
                problems.append(RecordError("cannot be read", field=name, kind=type(error).__name__))
                continue
            if value is not None:
                mapped[name] = value
        if correction:
            mapped.update({name: value for name, value in correction.items() if value is not None})
        if not problems and self._fits is not None and self._fits(mapped):
            return mapped, problems
        bad = {problem.field for problem in problems}
        for name, messages in self._validate(mapped).items():
            if name not in bad:
                reason = " ".join(str(message) for message in messages)
                problems.append(RecordError(reason, field=name, kind=kind_of(mapped.get(name))))
        return mapped, problems

    def cause(self, field: str) -> str:
        """The line of the mapping file that gives a field."""
        return self._lines.get(field, f"resources.{self.resource.name}")

    def _validate(self, mapped: Mapping[str, Any]) -> dict[str, list[Any]]:
        if self._schema is None:
            return {}
        found: dict[str, Any] = self._schema.validate(mapped)
        return {name: list(messages) for name, messages in found.items()}


def _key(path: str) -> Callable[[Raw], str | None]:
    find = compile_path(path)
    name = path.strip('"')

    def key(raw: Raw) -> str | None:
        try:
            found = reference(find(raw), {})
        except (JMESPathError, RecordError):  # a function that does not bear an empty value
            return None
        if found is None or len(found) <= _KEY_LENGTH:
            return found
        return f"{found[:150]}…{hashlib.blake2b(found.encode(), digest_size=12).hexdigest()}"

    def quick(raw: Raw) -> str | None:
        found = raw.get(name)
        return str(found) if type(found) is int else key(raw)

    return quick if _NAMES.fullmatch(path) else key


def _field(rule: FieldRule) -> tuple[str, Callable[[Raw], Any]]:
    path = compile_path(rule.path) if rule.path is not None else None
    steps = [CONVERTERS[name] for name in rule.converters]
    options, fixed = rule.options, rule.value

    def convert(raw: Raw) -> Any:
        value = path(raw) if path else fixed
        for step in steps:
            value = step(value, options)
        if type(value) is str:
            return (value if value.isprintable() else storable(value)) or None
        return plain(value)

    if steps == [text] and rule.path is not None and _NAMES.fullmatch(rule.path):
        return rule.name, _plain_text(rule.path.strip('"'), convert)
    return rule.name, convert


def _plain_text(name: str, convert: Callable[[Raw], Any]) -> Callable[[Raw], Any]:
    """`convert` for a text that stands in the record itself: more than half of all fields, and nearly always as it
    should be."""

    def quick(raw: Raw) -> Any:
        value = raw.get(name)
        if type(value) is str:
            stripped = value.strip()
            if stripped.isprintable():
                return stripped or None
        return None if value is None else convert(raw)

    return quick


def plain(value: Any) -> Any:
    """A value as JSON keeps it; equal values look alike, so that comparing them finds changes and nothing else."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def _canonical(raw: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(raw, option=orjson.OPT_SORT_KEYS)
    except (TypeError, ValueError):  # huge numbers, halves of letters, days of a workbook
        body = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return body.encode("utf-8", "surrogatepass")
