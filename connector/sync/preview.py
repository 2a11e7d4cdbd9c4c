"""A dry run: reads and compares like a real run, and writes nothing at all."""

from __future__ import annotations

from sqlalchemy import select

from connector.domain.guard import Absent
from connector.sources.reader import Reader
from connector.store.database import Store
from connector.store.sync_state import RecordState
from connector.sync.apply import known_records
from connector.sync.classify import Classifier
from connector.sync.engine import Progress, SourceInfo
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import RecordMap
from connector.sync.report import Counts, FieldChange, RunReport

_SHOWN = 200


def preview(
    store: Store, source: SourceInfo, mapping: SystemMapping, reader: Reader, *, progress: Progress
) -> RunReport:
    """What a run would do: counts, and the first differences with the mapping line that causes each."""
    changes: list[FieldChange] = []
    counts: dict[str, Counts] = {}
    warnings: list[str] = []
    try:
        reader.check()
        fetcher = Fetcher(mapping, reader)
        for resource in mapping.resources:
            if resource.target is None:
                continue
            counts[resource.name], found, absent = _resource(store, source, mapping, resource, fetcher, progress)
            changes += found[: _SHOWN - len(changes)]
            if absent.is_too_many:
                warnings.append(
                    f"{resource.name}: {absent.missing} of {absent.known} would be missing; a run would stop"
                )
    finally:
        reader.close()
    targets = {resource.name: resource.target for resource in mapping.resources if resource.target}
    return RunReport(None, source.name, "dry run", "; ".join(warnings) or None, counts, targets, changes)


def _resource(
    store: Store,
    source: SourceInfo,
    mapping: SystemMapping,
    resource: Resource,
    fetcher: Fetcher,
    progress: Progress,
) -> tuple[Counts, list[FieldChange], Absent]:
    record_map = RecordMap(resource, mapping.digest)
    classifier = Classifier(record_map)
    total = Counts()
    changes: list[FieldChange] = []
    seen: set[int] = set()
    for page in fetcher.pages(resource, None):
        keys = [key for key in map(record_map.key, page.records) if key is not None]
        with store.read() as session:
            known = known_records(session, source.id, resource.name, keys)
        result = classifier.page(page.records, known)
        total.add(result.counts)
        seen.update(result.seen)
        changes += [change for decision in result.decisions for change in decision.changes]
        progress(resource.name, total.received, page.total)
    with store.read() as session:
        ids = set(
            session.scalars(
                select(RecordState.id).where(
                    RecordState.source_id == source.id,
                    RecordState.resource == resource.name,
                    RecordState.missing_since.is_(None),
                )
            )
        )
    total.missing = len(ids - seen)
    return total, changes, Absent(total.missing, len(ids))
