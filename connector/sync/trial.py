"""A few records of each resource as they came and as we would have them: nothing is compared and nothing is kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from connector.sources.reader import Cursor, Page, Raw, Reader, ResourceRequest
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import RecordMap, compile_path


@dataclass(frozen=True, slots=True)
class TriedField:
    """One field: what the source says at the rule's path, what we make of it, and what is wrong with it."""

    name: str
    line: str
    theirs: Any
    ours: Any
    problem: str | None


@dataclass(frozen=True, slots=True)
class TriedRecord:
    """One record. `problems` are those of no single field."""

    key: str | None
    is_in_scope: bool
    fields: tuple[TriedField, ...]
    problems: tuple[str, ...]

    @property
    def ours(self) -> dict[str, Any]:
        return {field.name: field.ours for field in self.fields if field.ours is not None}

    @property
    def is_right(self) -> bool:
        return self.key is not None and not self.problems and not any(field.problem for field in self.fields)


class FewRecords:
    """A reader that stops early, except in resources that others join: of those any record may be needed."""

    def __init__(self, reader: Reader, mapping: SystemMapping, limit: int) -> None:
        self._reader = reader
        self._limit = limit
        self._whole = {join.resource for resource in mapping.resources for join in resource.joins}

    def check(self) -> None:
        self._reader.check()

    def probe(self, request: ResourceRequest) -> None:
        self._reader.probe(request)

    @property
    def concurrency(self) -> int:
        return 1

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        left = self._limit
        for page in self._reader.pages(request, start):
            if request.name in self._whole:
                yield page
                continue
            yield Page(page.records[:left], None)
            left -= len(page.records)
            if left <= 0:
                return

    def close(self) -> None:
        self._reader.close()


def tried_records(mapping: SystemMapping, fetcher: Fetcher, resource: Resource, limit: int) -> list[TriedRecord]:
    """At most `limit` records of one resource."""
    record_map = RecordMap(resource, mapping.digest)
    found: list[TriedRecord] = []
    for page in fetcher.pages(resource, None):
        found += [_tried(record_map, raw) for raw in page.records[: limit - len(found)]]
        if len(found) >= limit:
            break
    return found


def _tried(record_map: RecordMap, raw: Raw) -> TriedRecord:
    mapped, errors = record_map.map(raw)
    reasons = {error.field: error.sentence() for error in errors}
    fields = tuple(
        TriedField(
            rule.name,
            rule.line,
            compile_path(rule.path)(raw) if rule.path is not None else rule.value,
            mapped.get(rule.name),
            reasons.pop(rule.name, None),
        )
        for rule in record_map.resource.rules
    )
    problems = ([] if record_map.key(raw) else ["it has no key"]) + list(reasons.values())
    return TriedRecord(record_map.key(raw), record_map.is_in_scope(raw), fields, tuple(problems))
