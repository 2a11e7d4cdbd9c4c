"""A dry run: reads and compares like a real run, and writes nothing at all."""

from __future__ import annotations

from sqlalchemy import select

from connector.domain.guard import Absent, Arriving
from connector.sources.reader import Reader
from connector.store.database import Store
from connector.store.sync_state import RecordState
from connector.sync.apply import known_records
from connector.sync.classify import Classifier, PageResult
from connector.sync.engine import Progress, SourceInfo
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource, SystemMapping
from connector.sync.record_map import RecordMap
from connector.sync.report import Counts, FieldChange, RecordProblem, RunReport

_SHOWN = 200


def preview(
    store: Store, source: SourceInfo, mapping: SystemMapping, reader: Reader, *, progress: Progress
) -> RunReport:
    """What a run would do: counts, the first differences with the mapping line that causes each, and every problem."""
    try:
        reader.check()
        looking = _Preview(store, source, mapping, progress)
        fetcher = Fetcher(mapping, reader)
        for resource in mapping.resources:
            if resource.target is not None:
                looking.look_at(resource, fetcher)
    finally:
        reader.close()
    return looking.report()


class _Preview:
    def __init__(self, store: Store, source: SourceInfo, mapping: SystemMapping, progress: Progress) -> None:
        self._store = store
        self._source = source
        self._mapping = mapping
        self._progress = progress
        self._counts: dict[str, Counts] = {}
        self._changes: list[FieldChange] = []
        self._problems: list[RecordProblem] = []
        self._warnings: list[str] = []

    def look_at(self, resource: Resource, fetcher: Fetcher) -> None:
        record_map = RecordMap(resource, self._mapping.digest)
        classifier = Classifier(record_map)
        total = self._counts.setdefault(resource.name, Counts())
        seen: set[int] = set()
        for page in fetcher.pages(resource, None):
            keys = [key for key in map(record_map.key, page.records) if key is not None]
            with self._store.read() as session:
                known = known_records(session, self._source.id, resource.name, keys)
            result = classifier.page(page.records, known)
            total.add(result.counts)
            seen.update(result.seen)
            self._keep(resource, result)
            self._progress(resource.name, total.received, page.total)
        self._conclude(resource, total, seen)

    def report(self) -> RunReport:
        targets = {resource.name: resource.target for resource in self._mapping.resources if resource.target}
        message = "; ".join(self._warnings) or None
        return RunReport(
            None, self._source.name, "dry run", message, self._counts, targets, self._changes, self._problems
        )

    def _keep(self, resource: Resource, result: PageResult) -> None:
        changes = [change for decision in result.decisions for change in decision.changes]
        self._changes += changes[: _SHOWN - len(self._changes)]
        problems = [
            RecordProblem(resource.name, problem.key, error.field, error.reason)
            for problem in result.problems
            for error in problem.errors
        ]
        self._problems += problems[: _SHOWN - len(self._problems)]

    def _conclude(self, resource: Resource, total: Counts, seen: set[int]) -> None:
        with self._store.read() as session:
            known = {
                row.id: row.key
                for row in session.execute(
                    select(RecordState.id, RecordState.key).where(
                        RecordState.source_id == self._source.id,
                        RecordState.resource == resource.name,
                        RecordState.missing_since.is_(None),
                    )
                )
            }
        missing = sorted(key for number, key in known.items() if number not in seen)
        total.missing = len(missing)
        cause = f"resources.{resource.name}.absent = {resource.absent}"
        gone = [FieldChange(resource.name, key, "missing", None, None, None, cause) for key in missing]
        self._changes += gone[: _SHOWN - len(self._changes)]
        if Absent(len(missing), len(known)).is_too_many:
            self._warnings.append(f"{resource.name}: {len(missing)} of {len(known)} would be missing; a run would stop")
        if resource.target == "employee" and Arriving(total.new, len(known)).is_too_many:
            self._warnings.append(f"{resource.name}: {total.new} new where {len(known)} are known; a run would stop")
