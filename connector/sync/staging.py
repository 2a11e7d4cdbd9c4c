"""The first half of a run: what is read is compared and staged, page by page, and nothing else is written.

A checkpoint and what it staged are one transaction, so that a run that is killed goes on where its last checkpoint
ended. Pages of which nothing has to be staged share one.
"""

from __future__ import annotations

import time
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from connector.domain.guard import is_complete
from connector.sources.reader import Cursor, Page
from connector.store.bulk import insert_rows
from connector.store.database import Store
from connector.store.dialects import is_one_of
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import RecordState, Scan, ScanPage
from connector.sync.classify import Classifier, Decision, PageResult
from connector.sync.context import RunContext
from connector.sync.lookup import ScanLookup
from connector.sync.quarantine import hold
from connector.sync.report import Counts, counts_from

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
_SECONDS = 1.0


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
    """Stages one scan of one resource; `lookup` is what its classifier asks."""

    def __init__(self, store: Store, context: RunContext, scan: Scan, *, matcher: Matcher | None) -> None:
        self._store = store
        self._context = context
        self._scan_id = scan.id
        self._resource = scan.resource
        self._matcher = matcher
        self.lookup = ScanLookup(store, context, scan)
        self._cursor: Cursor | None = scan.cursor
        self._total: int | None = scan.total
        self._newest: str | None = scan.newest
        self._since_last = time.monotonic()
        self._counts: Counts = counts_from(scan.counts)
        self._received = self._counts.received
        self._pages: int | None = None if scan.counts else 0  # checkpoints so far

    def take(self, classifier: Classifier, page: Page, newest: str | None, now: datetime) -> None:
        """Decide on one page, and write a checkpoint when it is time."""
        result = classifier.page(page.records)
        self.lookup.seen.add(result.seen)
        for key in result.withdrawn:
            if self.lookup.pending.pop(key, None) is not None:
                result.withdrawn = [other for other in result.withdrawn if other != key]
        self.lookup.pending.update(result.decisions)
        collected = self.lookup.collected
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
        is_full = len(self.lookup.pending) + len(collected.problems) >= _AT_MOST
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
        collected = self.lookup.collected
        collected.decisions = self.lookup.pending
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
            self._counts.add(collected.counts)
            self._write_scan(session, collected, now, is_last=is_last)
        self.lookup.forget()
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

    def _write_scan(self, session: Session, collected: PageResult, now: datetime, *, is_last: bool) -> None:
        values: dict[str, Any] = {
            "counts": self._counts.as_dict(),
            "cursor": self._cursor,
            "total": self._total,
            "newest": self._newest,
        }
        if is_last:
            state = "complete" if is_complete(self._received, self._total) else "incomplete"
            values |= {"state": state, "cursor": None, "finished_at": now}
        session.execute(update(Scan).where(Scan.id == self._scan_id).values(values))
        if self._pages is None:
            self._pages = session.scalar(select(func.count()).where(ScanPage.scan_id == self._scan_id)) or 0
        self._pages += 1
        session.add(ScanPage(scan_id=self._scan_id, number=self._pages, seen=collected.seen.tobytes()))
