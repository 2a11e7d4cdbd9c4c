"""What the classifier asks of the database, and of what the run has decided so far."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select

from connector.store.database import Store
from connector.store.dialects import is_one_of
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import QuarantinedRecord, RecordState, Scan
from connector.sync.classify import Decision, Earlier, Known, PageResult
from connector.sync.context import RunContext
from connector.sync.seen import Seen


class ScanLookup:
    """The classifier's `Lookup` for one scan. `pending` and `collected` are decided, but not staged yet."""

    def __init__(self, store: Store, context: RunContext, scan: Scan) -> None:
        self._store = store
        self._context = context
        self._resource = scan.resource
        self.seen = Seen()
        self.pending: dict[str, Decision] = {}
        self.collected = PageResult()
        with store.read() as session:
            self.seen.load(session, scan.id)
            first = select(StagedRecord.id).where(
                StagedRecord.run_id == context.run_id, StagedRecord.resource == scan.resource
            )
            self.has_staged = session.scalar(first.limit(1)) is not None

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
            if (decision := self.pending.get(key)) is not None
        }
        found |= {problem.key: Earlier(None) for problem in self.collected.problems if problem.key in keys}
        if not self.has_staged:
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
