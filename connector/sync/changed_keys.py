"""A list of changed keys: each record is read by itself, and what has gone comes as a mark of its key."""

from __future__ import annotations

from collections.abc import Iterator

from connector.errors import NothingThereError
from connector.sources.reader import Cursor, Page, Raw, Reader, ResourceRequest
from connector.sync.classify import DELETED
from connector.sync.converters import key_of
from connector.sync.mapping import Changed, Resource
from connector.sync.record_map import compile_path, is_meant


def read_changed(
    reader: Reader, resource: Resource, changed: Changed, start: Cursor | None, since: str
) -> Iterator[Page]:
    """Pages of the list, with the records in the place of its lines.

    A key has gone when its line says so, or when nothing is at its address (404, 410). Where that holds of every record
    that was asked for, the address may be wrong instead: NothingThereError, and nobody is held to be gone.
    """
    key = compile_path(changed.key)
    unanswered: list[tuple[str | None, NothingThereError]] = []
    has_answered = False
    for page in reader.pages(ResourceRequest(resource.name, changed.read, since=since), start):
        records: list[Raw] = []
        for name, line in {key_of(key(line)): line for line in page.records}.items():
            if changed.deleted is not None and is_meant(changed.deleted, line):
                records.append({DELETED: name})
            elif changed.one is None:
                records.append(line)
            else:
                try:
                    records += _one(reader, ResourceRequest(resource.name, changed.one, parent=line))
                    has_answered = True
                except NothingThereError as error:
                    unanswered.append((name, error))
        if has_answered:
            records += [{DELETED: name} for name, _ in unanswered]
            unanswered.clear()
        if page.next is None and unanswered:
            raise _nobody_there(unanswered[-1][1], len(unanswered))
        yield Page(records, page.next)


def _one(reader: Reader, request: ResourceRequest) -> list[Raw]:
    return [record for page in reader.pages(request) for record in page.records]


def _nobody_there(error: NothingThereError, count: int) -> NothingThereError:
    what = f"none of the {count} changed records is at its address" if count > 1 else "the changed record is not there"
    todo = (
        "Check `delta.changed.one` of the mapping. If it is right, they were deleted: "
        f"`pop sync {error.where} --full` reads the whole list, which tells so."
    )
    return NothingThereError(what, where=error.where, tried=error.tried, todo=todo)
