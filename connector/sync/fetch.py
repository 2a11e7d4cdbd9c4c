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
        self._whole: set[str] = set()  # resources that this process read from the first page to the last

    def read_all(self, resource: Resource) -> None:
        """Read a resource only to keep it."""
        for _page in self.pages(resource, None):
            pass

    def pages(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        """Pages from a cursor on. A resource read per parent has the parent's key in its cursor."""
        pages = self._per_parent(resource, start) if resource.per else self._plain(resource, start)
        if start is None:
            self._kept[resource.name] = {}
        for page in pages:
            records = [self._joined(resource, record) for record in page.records]
            if resource.name in self._keep:
                self._remember(resource, records)
            yield Page(records, page.next, page.total)
        if start is None:
            self._whole.add(resource.name)

    def _plain(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        return self._reader.pages(ResourceRequest(resource.name, resource.read), start)

    def _per_parent(self, resource: Resource, start: Cursor | None) -> Iterator[Page]:
        kept = self._kept_of(resource.per or "")
        # Sorted by key, so that a resumed scan finds its place even when people came or went in between.
        keys = sorted(key for key in kept if start is None or key >= start["parent"])
        for key, following in zip(keys, [*keys[1:], None], strict=True):
            inner: Cursor | None = start["inner"] if start and key == start["parent"] else None
            for page in self._reader.pages(ResourceRequest(resource.name, resource.read, kept[key]), inner):
                records = [{**record, "parent": kept[key]} for record in page.records]
                yield Page(records, _next_cursor(key, page.next, following))
        if not keys:
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
        if name not in self._whole:  # a resumed run read it, or a part of it, in another process
            self.read_all(self._by_name[name])
        return self._kept[name]

    def _remember(self, resource: Resource, records: list[Raw]) -> None:
        path = compile_path(resource.key)
        kept = self._kept.setdefault(resource.name, {})
        for record in records:
            key = key_of(path(record))
            if key is not None:
                kept[key] = record


def _next_cursor(key: str, inner: Cursor | None, following: str | None) -> Cursor | None:
    if inner is not None:
        return {"parent": key, "inner": inner}
    return {"parent": following, "inner": None} if following is not None else None
