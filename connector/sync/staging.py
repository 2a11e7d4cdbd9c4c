"""The first half of a run: what is read is compared and staged, page by page, and nothing else is written.

A checkpoint and what it staged are one transaction, so that a run that is killed goes on where its last checkpoint
ended. Pages of which nothing has to be staged share one.
"""

from __future__ import annotations

import time
from array import array
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from connector.domain.guard import is_complete
from connector.sources.reader import Cursor, Page
from connector.store.bulk import insert_rows
from connector.store.database import Store
from connector.store.dialects import is_one_of
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import QuarantinedRecord, RecordState, Scan, ScanPage
from connector.sync.classify import Classifier, Decision, Earlier, Known, PageResult
from connector.sync.context import RunContext
from connector.sync.quarantine import hold
from connector.sync.report import Counts, counts_from
from connector.sync.seen import Seen

_COLUMNS = (
    "run_id",
    "resource",
    "key",
    "action",
    "hash",
    "mapped",
    "record_id",
    "base_hash",
    "base",
    "entity_id",
    "evidence",
)
_AT_MOST = 4_000  # records between two checkpoints
_SECONDS = 2.0


def stage_gone(session: Session, run_id: int, states: Iterable[RecordState]) -> None:
    """Stage known records as no longer there."""
    insert_rows(
        session,
        StagedRecord,
        _COLUMNS[:9],
        ((run_id, row.resource, row.key, "missing", row.hash, {}, row.id, row.hash, row.mapped) for row in states),
    )


class Matcher(Protocol):
    """Says of new people who they are: puts `entity_id` and evidence beside them, or takes them out as doubtful."""

    def match(self, session: Session, result: PageResult) -> Mapping[str, tuple[int, dict[str, Any]]]: ...


class Stage:
    """Stages one scan of one resource. It is the classifier's `Lookup` as well."""

    def __init__(self, store: Store, context: RunContext, scan: Scan, *, matcher: Matcher | None) -> None:
        self._store = store
        self._context = context
        self._scan_id = scan.id
        self._resource = scan.resource
        self._matcher = matcher
        self.seen = Seen()
        self._has_staged = False
        self._pending: dict[str, Decision] = {}
        self._collected = PageResult()
        self._cursor: Cursor | None = scan.cursor
        self._total: int | None = scan.total
        self._newest: str | None = scan.newest
        self._since_last = time.monotonic()
        with store.read() as session:
            self.seen.load(session, scan.id)
            first = select(StagedRecord.id).where(
                StagedRecord.run_id == context.run_id, StagedRecord.resource == scan.resource
            )
            self._has_staged = session.scalar(first.limit(1)) is not None
        self._received = counts_from(scan.counts).received

    # What the classifier asks.

    def known(self, keys: Collection[str]) -> Mapping[str, Known]:
        state = RecordState.__table__.c
        with self._store.read() as session:
            rows = session.connection().execute(
                select(state.key, state.id, state.hash, state.missing_since).where(
                    state.source_id == self._context.source_id,
                    state.resource == self._resource,
                    is_one_of(session, state.key, keys),
                )
            )
            return {
                key: Known(number, bytes(digest), missing is not None) for key, number, digest, missing in rows.all()
            }

    def mapped(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        if not ids:
            return {}
        with self._store.read() as session:
            rows = session.execute(
                select(RecordState.id, RecordState.mapped).where(is_one_of(session, RecordState.id, ids))
            )
            return {row.id: row.mapped for row in rows}

    def earlier(self, keys: Collection[str]) -> Mapping[str, Earlier]:
        """Staged in this run, or refused in it."""
        found = {
            key: Earlier(decision.mapped, decision.action)
            for key in keys
            if (decision := self._pending.get(key)) is not None
        }
        found |= {problem.key: Earlier(None) for problem in self._collected.problems if problem.key in keys}
        if not self._has_staged:
            return found
        with self._store.read() as session:
            refused = session.scalars(
                select(QuarantinedRecord.key).where(
                    QuarantinedRecord.source_id == self._context.source_id,
                    QuarantinedRecord.resource == self._resource,
                    QuarantinedRecord.run_id == self._context.run_id,
                    is_one_of(session, QuarantinedRecord.key, keys),
                )
            )
            found |= {key: Earlier(None) for key in refused}
            staged = session.execute(
                select(StagedRecord.key, StagedRecord.action, StagedRecord.mapped).where(
                    StagedRecord.run_id == self._context.run_id,
                    StagedRecord.resource == self._resource,
                    is_one_of(session, StagedRecord.key, keys),
                )
            )
            return found | {row.key: Earlier(row.mapped, row.action) for row in staged}

    def was_seen(self, record_id: int) -> bool:
        return record_id in self.seen

    # What the engine does with it.

    def take(self, classifier: Classifier, page: Page, newest: str | None, now: datetime) -> None:
        """Decide on one page, and write a checkpoint when it is time."""
        result = classifier.page(page.records)
        self.seen.add(result.seen)
        for key in result.withdrawn:
            if self._pending.pop(key, None) is not None:
                result.withdrawn = [other for other in result.withdrawn if other != key]
        self._pending.update(result.decisions)
        collected = self._collected
        collected.counts.add(result.counts)
        collected.problems += result.problems
        collected.doubtful += result.doubtful
        collected.seen += result.seen
        collected.withdrawn += result.withdrawn
        collected.deleted += result.deleted
        self._cursor = page.next
        self._total = page.total if page.total is not None else self._total
        self._newest = max(filter(None, (self._newest, newest)), default=None)
        self._received += result.counts.received
        is_late = time.monotonic() - self._since_last > _SECONDS
        is_full = len(self._pending) + len(collected.problems) >= _AT_MOST
        if page.next is not None and (is_late or is_full):
            self.checkpoint(now)

    @property
    def progress(self) -> tuple[int, int | None]:
        return self._received, self._total

    def finish(self, now: datetime) -> bool:
        """The last checkpoint, which also closes the scan; whether as many records came as the source says it has."""
        self.checkpoint(now, is_last=True)
        return is_complete(self._received, self._total)

    def checkpoint(self, now: datetime, *, is_last: bool = False) -> None:
        """Everything decided so far, and where the next page starts, in one transaction."""
        collected = self._collected
        collected.decisions = self._pending
        with self._store.begin() as session:
            self._context.renew(session, now)
            matches = self._matcher.match(session, collected) if self._matcher is not None else {}
            self._withdraw(session, collected.withdrawn)
            insert_rows(
                session,
                StagedRecord,
                _COLUMNS,
                (self._row(decision, matches) for decision in collected.decisions.values()),
            )
            if collected.deleted:
                collected.counts.missing += self._stage_deleted(session, collected.deleted)
            for problem in collected.problems:
                for error in problem.errors:
                    hold(session, self._context, self._resource, problem, error)
            scan = self._write_scan(session, collected)
            if is_last:
                scan.state = "complete" if is_complete(self._received, self._total) else "incomplete"
                scan.cursor, scan.finished_at = None, now
        self._has_staged = self._has_staged or bool(collected.decisions or collected.problems)
        self._pending = {}
        self._collected = PageResult()
        self._since_last = time.monotonic()

    def _row(self, decision: Decision, matches: Mapping[str, tuple[int, dict[str, Any]]]) -> tuple[Any, ...]:
        known = decision.known
        entity_id, evidence = matches.get(decision.key, (None, None))
        return (
            self._context.run_id,
            self._resource,
            decision.key,
            decision.action,
            decision.hash,
            decision.mapped,
            known.id if known else None,
            known.hash if known else None,
            decision.base,
            entity_id,
            evidence,
        )

    def _stage_deleted(self, session: Session, keys: Collection[str]) -> int:
        states = session.scalars(
            select(RecordState).where(
                RecordState.source_id == self._context.source_id,
                RecordState.resource == self._resource,
                RecordState.missing_since.is_(None),
                is_one_of(session, RecordState.key, set(keys)),
            )
        ).all()
        self._withdraw(session, [state.key for state in states])
        stage_gone(session, self._context.run_id, states)
        return len(states)

    def _withdraw(self, session: Session, keys: Collection[str]) -> None:
        if keys:
            session.execute(
                delete(StagedRecord).where(
                    StagedRecord.run_id == self._context.run_id,
                    StagedRecord.resource == self._resource,
                    is_one_of(session, StagedRecord.key, keys),
                )
            )

    def _write_scan(self, session: Session, collected: PageResult) -> Scan:
        scan = session.get_one(Scan, self._scan_id)
        total: Counts = counts_from(scan.counts)
        total.add(collected.counts)
        scan.counts = total.as_dict()
        scan.cursor, scan.total, scan.newest = self._cursor, self._total, self._newest
        number = session.scalar(select(func.count()).where(ScanPage.scan_id == scan.id)) or 0
        session.add(ScanPage(scan_id=scan.id, number=number + 1, seen=array("q", collected.seen).tobytes()))
        return scan
