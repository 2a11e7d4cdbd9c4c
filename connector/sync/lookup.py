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
from connector.sync.known_ahead import KnownAhead
from connector.sync.seen import Seen
from connector.sync.staged_keys import StagedKeys


class ScanLookup:
    """The classifier's `Lookup` for one scan. `pending` and `collected` are decided, but not staged yet."""

    def __init__(self, store: Store, context: RunContext, scan: Scan) -> None:
        self._store = store
        self._known = KnownAhead(store, context.source_id, scan.resource, may_be_empty=context.is_first)
        self._context = context
        self._resource = scan.resource
        self.seen = Seen()
        self.pending: dict[str, Decision] = {}
        self.collected = PageResult()
        is_begun = bool(scan.counts)  # by a process that was killed
        self._staged = StagedKeys(knows_all=not is_begun)
        if is_begun:
            with store.read() as session:
                self.seen.load(session, scan.id)

    def known(self, keys: Collection[str]) -> Mapping[str, Known]:
        return self._known.find(keys)

    def mapped(self, ids: Collection[int]) -> Mapping[int, Mapping[str, Any]]:
        if not ids:
            return {}
        with self._store.read() as session:
            rows = session.execute(
                select(RecordState.id, RecordState.mapped).where(is_one_of(session, RecordState.id, ids))
            )
            return {row.id: row.mapped for row in rows}

    def earlier(self, keys: Collection[str]) -> Mapping[str, Earlier]:
        """Decided in this run: still to stage, staged, or refused."""
        found = {
            key: Earlier(decision.mapped, decision.action)
            for key in keys
            if (decision := self.pending.get(key)) is not None
        }
        found |= {problem.key: Earlier(None) for problem in self.collected.problems if problem.key in keys}
        keys = [key for key in keys if self._staged.may_hold(key)]
        if not keys:
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

    def seen_among(self, ids: Collection[int]) -> Collection[int]:
        return self.seen.among(ids)

    def forget(self) -> None:
        """What was collected has been staged."""
        self._staged.add(self.pending)
        self._staged.add(problem.key for problem in self.collected.problems)
        self.pending = {}
        self.collected = PageResult()
