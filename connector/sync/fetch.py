"""Raw records with everything that belongs to them: joined records, and the parent they were read for."""

from __future__ import annotations

from collections.abc import Iterator

from connector.sources.reader import Cursor, Page, Raw, Reader, ResourceRequest
from connector.sync.converters import key_of
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import compile_path


class Fetcher:
    """Reads the resources of one mapping in order, and keeps those that later ones join or are read per record of."""

    def __init__(self, mapping: SystemMapping, reader: Reader) -> None:
        self._reader = reader
        self._by_name = {resource.name: resource for resource in mapping.resources}
        joined = {join.resource for resource in mapping.resources for join in resource.joins}
        parents = {resource.per for resource in mapping.resources if resource.per}
        self._keep = joined | parents
        self._kept: dict[str, dict[str, Raw]] = {}

    def needs(self, resource: Resource) -> bool:
        """Whether later resources need this one's raw records."""
        return resource.name in self._keep

    def read_all(self, resource: Resource) -> None:
        """Read a resource only to keep it."""
        for _page in self.pages(resource, None):
            pass

    def pages(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        """Pages from a cursor on. A resource read per parent has the parent's number in its cursor."""
        pages = self._per_parent(resource, start) if resource.per else self._plain(resource, start)
        for page in pages:
            records = [self._joined(resource, record) for record in page.records]
            if resource.name in self._keep:
                self._remember(resource, records)
            yield Page(records, page.next, page.total)

    def _plain(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        return self._reader.pages(ResourceRequest(resource.name, resource.read), start)

    def _per_parent(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        parents = list(self._kept_of(resource.per or "").values())
        number: int = start["parent"] if start else 0
        inner: Cursor | None = start["inner"] if start else None
        while number < len(parents):
            parent = parents[number]
            for page in self._reader.pages(ResourceRequest(resource.name, resource.read, parent), inner):
                records = [{**record, "parent": parent} for record in page.records]
                following = (number, page.next) if page.next else (number + 1, None)
                is_last = following[0] >= len(parents)
                cursor = None if is_last else {"parent": following[0], "inner": following[1]}
                yield Page(records, cursor)
            number, inner = number + 1, None
        if not parents:
            yield Page([], None)

    def _joined(self, resource: Resource, record: Raw) -> Raw:
        if not resource.joins:
            return record
        found = dict(record)
        for join in resource.joins:
            key = key_of(compile_path(join.on)(record))
            found[join.name] = self._kept_of(join.resource).get(key) if key else None
        return found

    def _kept_of(self, name: str) -> dict[str, Raw]:
        if name not in self._kept:  # a resumed run did not read it in this process
            self._kept[name] = {}
            self.read_all(self._by_name[name])
        return self._kept[name]

    def _remember(self, resource: Resource, records: list[Raw]) -> None:
        path = compile_path(resource.key)
        kept = self._kept.setdefault(resource.name, {})
        for record in records:
            key = key_of(path(record))
            if key is not None:
                kept[key] = record
