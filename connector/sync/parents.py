"""A resource that is read once per record of another one: one call each, some at the same time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from connector.sources.reader import Cursor, Page, Raw, Reader, ResourceRequest
from connector.sync.mapping import Resource

_TOGETHER = 50  # parents whose records make one page: few records each would make many checkpoints


def read_parents(
    reader: Reader, resource: Resource, parents: Mapping[str, Raw], start: Cursor | None, since: str | None
) -> Iterator[Page]:
    """The records of all parents, each with its parent; a cursor names the parent that comes next.

    Sorted by key, so that a resumed scan finds its place even when parents came or went in between.
    """
    keys = sorted(key for key in parents if start is None or key >= start["parent"])
    if not keys:
        yield Page([], None)
        return

    def read(key: str) -> list[Raw]:
        request = ResourceRequest(resource.name, resource.read, parents[key], since)
        return [{**record, "parent": parents[key]} for page in reader.pages(request) for record in page.records]

    waiting = iter(keys)
    with ThreadPoolExecutor(max_workers=reader.concurrency) as pool:
        while together := list(islice(waiting, _TOGETHER)):
            records = [record for found in pool.map(read, together) for record in found]
            done = keys.index(together[-1]) + 1
            yield Page(records, {"parent": keys[done]} if done < len(keys) else None)
