"""The known records of a scan, read ahead.

Most systems list their records in the same order every time, which is the order of the numbers that they got here. So
after the first page the next known records are read in one go, by number; what is not among them is asked for by key,
and where the order is another one nothing is read ahead any more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from connector.store.database import Store
from connector.store.dialects import is_one_of, unindexed
from connector.store.sync_state import RecordState
from connector.sync.classify import Known

_AHEAD = 4_000  # numbers; a few hundred kilobytes
_IN_VAIN = 3  # times that little of what was read ahead was asked for


class KnownAhead:
    """The records that we know of one resource of one source, by their key.

    `may_be_empty`: look first whether there are any; a source that has completed a run surely has.
    """

    def __init__(self, store: Store, source_id: int, resource: str, *, may_be_empty: bool = False) -> None:
        self._store = store
        self._resource = resource
        self._source_id = source_id
        self._ahead: dict[str, Known] = {}
        self._last: int | None = None  # the highest number that was read
        self._in_vain = 0
        self._is_empty = may_be_empty and self._has_none()

    def find(self, keys: Collection[str]) -> Mapping[str, Known]:
        """Those of these keys that we know, and maybe others."""
        if self._is_empty:
            return {}
        if self._ahead.keys() >= set(keys):
            return self._ahead
        found = {key: known for key in keys if (known := self._ahead.get(key)) is not None}
        rest = [key for key in keys if key not in found]
        if rest and self._last is not None and self._in_vain < _IN_VAIN:
            self._read_ahead(self._last)
            more = {key: known for key in rest if (known := self._ahead.get(key)) is not None}
            self._in_vain = 0 if 2 * len(more) >= len(rest) else self._in_vain + 1
            found |= more
            rest = [key for key in rest if key not in more]
        if rest:
            asked = self._read_keys(rest)
            found |= asked
            if asked:
                self._last = max(known.id for known in asked.values())
        return found

    def _has_none(self) -> bool:
        first = select(RecordState.id).where(
            RecordState.source_id == self._source_id, RecordState.resource == self._resource
        )
        with self._store.read() as session:
            return session.scalar(first.limit(1)) is None

    def _read_ahead(self, last: int) -> None:
        with self._store.read() as session:
            is_of_source = unindexed(session, RecordState.source_id) == self._source_id
            is_next = RecordState.id.between(last + 1, last + _AHEAD)
            self._ahead = self._known(session, is_of_source, is_next)
        self._last = last + _AHEAD if self._ahead else None

    def _read_keys(self, keys: Collection[str]) -> dict[str, Known]:
        with self._store.read() as session:
            is_asked = is_one_of(session, RecordState.key, keys)
            return self._known(session, RecordState.source_id == self._source_id, is_asked)

    def _known(self, session: Session, *conditions: ColumnElement[bool]) -> dict[str, Known]:
        state: Any = RecordState.__table__.c
        asked = select(state.key, state.id, state.hash, state.missing_since.is_not(None))
        rows = session.connection().execute(asked.where(RecordState.resource == self._resource, *conditions)).all()
        return {row[0]: Known._make(row[1:]) for row in rows}
