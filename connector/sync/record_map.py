"""One resource of a mapping, compiled: raw record in, our fields out. Compiled once a run, used for every record."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import jmespath

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.sync.converters import CONVERTERS, kind_of, reference, storable
from connector.sync.mapping import FieldRule, Resource
from connector.sync.records import TARGETS

Path = Callable[[Any], Any]
_KEY_LENGTH = 200


def compile_path(path: str) -> Path:
    """A path as a function. A bare name, by far the most common path, needs no expression engine."""
    if path.isidentifier():
        return lambda raw: raw.get(path) if isinstance(raw, dict) else None
    expression = jmespath.compile(path)
    return expression.search


class RecordMap:
    """How one resource's records are keyed, hashed, scoped and mapped."""

    def __init__(self, resource: Resource, digest: str) -> None:
        self.resource = resource
        self._digest = digest.encode()
        self._key = compile_path(resource.key)
        self._only = compile_path(resource.only.path) if resource.only else None
        self._fields = [_field(rule) for rule in resource.rules]
        self._schema = TARGETS[resource.target] if resource.target else None
        self._lines = {rule.name: rule.line for rule in resource.rules}

    def key(self, raw: Raw) -> str | None:
        """The source's own key, as text; None when the record has none. A very long one is shortened, still unique."""
        try:
            key = reference(self._key(raw), {})
        except RecordError:
            return None
        if key is None or len(key) <= _KEY_LENGTH:
            return key
        return f"{key[:150]}…{hashlib.blake2b(key.encode(), digest_size=12).hexdigest()}"

    def is_in_scope(self, raw: Raw) -> bool:
        only = self.resource.only
        if only is None or self._only is None:
            return True
        found = self._only(raw)
        if only.values is None:
            return found not in (None, False, "", [], {})
        return found in only.values

    def hash(self, raw: Raw) -> bytes:
        """The same bytes only if record, joined records and mapping file are the same."""
        body = json.dumps(raw, sort_keys=True, separators=(",", ":"), ensure_ascii=False, default=str)
        return hashlib.blake2b(body.encode("utf-8", "surrogatepass"), digest_size=16, key=self._digest).digest()

    def map(self, raw: Raw) -> tuple[dict[str, Any], list[RecordError]]:
        """Our fields as plain JSON values, and every problem found: converters first, then the target's schema."""
        mapped: dict[str, Any] = {}
        problems: list[RecordError] = []
        for name, convert in self._fields:
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
                mapped[name] = plain(value)
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


def _field(rule: FieldRule) -> tuple[str, Callable[[Raw], Any]]:
    path = compile_path(rule.path) if rule.path is not None else None
    steps = [CONVERTERS[name] for name in rule.converters]

    def convert(raw: Raw) -> Any:
        value = path(raw) if path else rule.value
        for step in steps:
            value = step(value, rule.options)
        return None if value == "" else storable(value)

    return rule.name, convert


def plain(value: Any) -> Any:
    """A value as JSON keeps it; equal values look alike, so that comparing them finds changes and nothing else."""
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    if isinstance(value, date):
        return value.isoformat()
    return value


def shape_of(raw: Raw) -> dict[str, str]:
    """The fields of a raw record and the kind of what they hold: enough to find the problem, nothing of a person."""
    return {str(name)[:60]: kind_of(value) for name, value in list(raw.items())[:100]}
