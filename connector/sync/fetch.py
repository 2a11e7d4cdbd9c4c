"""Raw records with everything that belongs to them: joined records, and the parent they were read for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from connector.domain.guard import is_complete
from connector.errors import IncompleteScanError
from connector.sources.reader import Cursor, Page, Raw, Reader, ResourceRequest
from connector.sync.changed_keys import read_changed
from connector.sync.converters import key_of
from connector.sync.joins import Joiner
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.parents import read_parents
from connector.sync.record_map import RecordMap, compile_path


class Fetcher:
    """Reads the resources of one mapping in order, and keeps those that later ones join or are read per record of.

    `today` is the day at the employer: of rows that are dated by when they hold, the one that holds today counts.
    """

    def __init__(self, mapping: SystemMapping, reader: Reader, today: date) -> None:
        self._reader = reader
        self._digest = mapping.digest
        self._by_name = {resource.name: resource for resource in mapping.resources}
        joined = {join.resource for resource in mapping.resources for join in resource.joins}
        self._parents = {resource.per for resource in mapping.resources if resource.per}
        self._keep = joined | self._parents
        self._kept: dict[str, list[Raw]] = {}
        self._whole: set[str] = set()  # resources that this process read from the first page to the last
        self._joiner = Joiner(today, self._rows_of, lambda name: self._by_name[name].key)

    @property
    def begins_on(self) -> date | None:
        """The first later day on which another row is joined: one begins to hold, or one that holds has ended."""
        return self._joiner.begins_on

    def read_all(self, resource: Resource) -> None:
        """Read a resource only to keep it; IncompleteScanError when not all of it came: what is joined to nothing would
        lose what it had."""
        received, total = 0, None
        for page in self.pages(resource, None):
            received += len(page.records)
            total = page.total if page.total is not None else total
        if not is_complete(received, total):
            raise IncompleteScanError(
                f"{received} records came, but the source says that it has {total}",
                where=resource.name,
                todo="Nothing was written. Run it again; if it repeats, people are changing the records.",
            )

    def pages(self, resource: Resource, start: Cursor | None, since: str | None = None) -> Iterator[Page]:
        """Pages from a cursor on. A resource read per parent has the parent's key in its cursor."""
        if start is None and "probe" in resource.read:
            # A system that hides what a login may not see answers with an empty list, or a shorter one.
            self._reader.probe(ResourceRequest(resource.name, resource.read))
        if start is None and since is None:
            self._kept[resource.name] = []
        for page in self._pages(resource, start, since):
            records = (
                [self._joiner.join(resource, record) for record in page.records] if resource.joins else page.records
            )
            if resource.name in self._keep and since is None:
                self._kept.setdefault(resource.name, []).extend(records)
            yield Page(records, page.next, page.total)
        if start is None and since is None:
            self._whole.add(resource.name)

    def _pages(self, resource: Resource, start: Cursor | None, since: str | None) -> Iterator[Page]:
        changed = resource.delta.changed if resource.delta is not None else None
        if since is not None and changed is not None:
            return read_changed(self._reader, resource, changed, start, since)
        if resource.per and resource.each:
            return iter([Page(list(self._inside(resource.per, resource.each)), None)])
        if resource.per:
            parents = self._by_key(resource.per)
            return read_parents(self._reader, resource, parents, start, since)
        return self._reader.pages(ResourceRequest(resource.name, resource.read, since=since), start)

    def _rows_of(self, name: str) -> list[Raw]:
        if name not in self._whole:  # a resumed run read it, or a part of it, in another process
            self.read_all(self._by_name[name])
        return self._kept[name]

    def _inside(self, name: str, path: str) -> Iterator[Raw]:
        """What stands in the records of another resource, each with that record; one object is a list of one."""
        inside = compile_path(path)
        for parent in self._by_key(name).values():
            found = inside(parent)
            for record in found if isinstance(found, list) else [found]:
                if isinstance(record, dict):
                    yield {**record, "parent": parent}

    def _by_key(self, name: str) -> dict[str, Raw]:
        """The records in scope: nothing is asked about the others."""
        parents = RecordMap(self._by_name[name], self._digest)
        path = compile_path(parents.resource.key)
        rows = filter(parents.is_in_scope, self._rows_of(name))
        return {key: row for row in rows if (key := key_of(path(row))) is not None}
