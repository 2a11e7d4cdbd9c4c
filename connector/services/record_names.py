"""What people call a record: a person's name, a title; of a rating, the name of whoever was rated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.dialects import is_one_of
from connector.store.hr import SourceIdentity
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import RecordState
from connector.sync.mapping import Resource

_TITLES = ("name", "title", "label", "competency_label")


class RecordNames:
    """The names of records of one source. `run_id`: look among what that run has staged, too."""

    def __init__(
        self, session: Session, source_id: int, resources: Mapping[str, Resource], *, run_id: int | None = None
    ) -> None:
        self._session = session
        self._source_id = source_id
        self._people = [name for name, resource in resources.items() if resource.target == "employee"]
        self._run_id = run_id
        self._names: dict[str, str] = {}

    def find(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Look up whom these records speak of, many at once."""
        keys = {str(key) for mapped in records if (key := mapped.get("person"))}
        if not keys:
            return
        known = (
            select(RecordState.key, RecordState.mapped)
            .join(
                SourceIdentity,
                (SourceIdentity.source_id == RecordState.source_id)
                & (SourceIdentity.key == RecordState.key)
                & (SourceIdentity.entity_id == RecordState.entity_id)
                & (SourceIdentity.target == "employee"),
            )
            .where(RecordState.source_id == self._source_id, is_one_of(self._session, RecordState.key, keys))
        )
        self._take(self._session.execute(known))
        if self._run_id is not None and self._people:
            staged = select(StagedRecord.key, StagedRecord.mapped).where(
                StagedRecord.run_id == self._run_id,
                StagedRecord.resource.in_(self._people),
                StagedRecord.action != "missing",
                is_one_of(self._session, StagedRecord.key, keys),
            )
            self._take(self._session.execute(staged))

    def of(self, mapped: Mapping[str, Any]) -> str | None:
        """The name of a record; None when it has none, or its person was not read."""
        if mapped.get("person"):
            return self._names.get(str(mapped["person"]))
        return _name_of(mapped)

    def _take(self, rows: Iterable[Any]) -> None:
        for row in rows:
            name = _name_of(row.mapped)
            if name:
                self._names[row.key] = name


def _name_of(mapped: Mapping[str, Any]) -> str | None:
    """The name that a record itself says."""
    if mapped.get("display_name"):
        return str(mapped["display_name"])
    parts = " ".join(str(part) for part in (mapped.get("given_name"), mapped.get("family_name")) if part)
    return parts or next((str(mapped[title]) for title in _TITLES if mapped.get(title)), None)
