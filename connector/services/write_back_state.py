"""What we remember of each record of theirs, and who is writing it: each function is one short transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.domain.write_back import Known
from connector.errors import RetryError
from connector.services.installation import Installation
from connector.store.dialects import is_sqlite
from connector.store.written_back import WrittenBack

BUSY = timedelta(minutes=15)  # as long as the lease of an outbox row of this kind


class BusyError(RetryError):
    """Another row about the same record is being sent."""


@dataclass(frozen=True, slots=True)
class Place:
    """Which record of theirs: of which source, for which thing of ours; `holder` names the row that is being sent."""

    source_id: int
    subject: str
    record: str
    sequence: int
    holder: str

    def remembered(self, session: Session) -> Known:
        """What is known of it, looked at only."""
        row = session.scalar(self._statement())
        return Known() if row is None else known_of(row)

    def take(self, installation: Installation) -> Known | None:
        """Keep others away from it; None when this event, or a newer one, was dealt with."""
        now = installation.clock()
        with installation.store.begin() as session:
            insert: Any = (sqlite.insert if is_sqlite(session) else postgresql.insert)(WrittenBack)
            values = {"source_id": self.source_id, "object": self.subject, "record": self.record, "sequence": 0}
            session.execute(
                insert.values(values).on_conflict_do_nothing(index_elements=["source_id", "object", "record"])
            )
            row = session.scalars(self._statement().with_for_update()).one()
            if row.sequence >= self.sequence:
                return None
            if row.busy_by not in (None, self.holder) and row.busy_until is not None and row.busy_until > now:
                raise BusyError("another event about it is being sent", where=self.subject, todo="It is tried again.")
            row.busy_by, row.busy_until = self.holder, now + BUSY
            return known_of(row)

    def try_(self, installation: Installation, trying: str) -> None:
        """Write down what is about to be sent: a process that dies after this may have sent it."""
        self._set(installation, {"trying": trying})

    def let_go(self, installation: Installation) -> None:
        """It failed; what was tried stays known."""
        self._set(installation, {"busy_by": None, "busy_until": None})

    def settle(self, installation: Installation, values: dict[str, Any]) -> None:
        """This event is dealt with."""
        self._set(installation, {"busy_by": None, "busy_until": None, "sequence": self.sequence, **values})

    def _set(self, installation: Installation, values: dict[str, Any]) -> None:
        with installation.store.begin() as session:
            row = session.scalars(self._statement().with_for_update()).one()
            if row.busy_by != self.holder:
                raise BusyError("another event about it was sent meanwhile", where=self.subject)
            for name, value in values.items():
                setattr(row, name, value)

    def _statement(self) -> Any:
        return select(WrittenBack).where(
            WrittenBack.source_id == self.source_id,
            WrittenBack.object == self.subject,
            WrittenBack.record == self.record,
        )


def known_of(row: WrittenBack) -> Known:
    """The row as the rules see it."""
    return Known(row.their_id, row.digest, row.trying, row.sequence)
