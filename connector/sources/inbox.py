"""Records that were pushed to us, by SCIM or by webhook, read from our own database.

A record is the body as it was pushed, with `pushed = {key, stamp, received_at, is_deleted}` added. Pages go by the
row's number, which a record keeps for ever: nothing is skipped or doubled when something is pushed while reading.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from marshmallow import Schema, fields
from sqlalchemy import Select, select

from connector.sources.options import checked
from connector.sources.reader import Connection, Cursor, Page, Raw, ResourceRequest
from connector.store.database import Store
from connector.store.pushed import PushedRecord
from connector.store.sync_state import Source

_PAGE = 500


class ReadSchema(Schema):
    """Which pushed records a resource is."""

    resource = fields.String(
        load_default=None,
        allow_none=True,
        metadata={
            "doc": 'The name under which the records are pushed: "Users" and "Groups" for SCIM, for a webhook the one'
            " in its body. Default: the name of the resource in the mapping."
        },
    )
    deleted = fields.Boolean(
        load_default=False,
        metadata={
            "doc": "true: records that were deleted come too, as `pushed` alone with is_deleted = true; for the table"
            " `delta.changed`. Default: they are no longer there."
        },
    )


class InboxReader:
    """Reads what was pushed for one source. What comes in while it reads is read too, or by the next run."""

    def __init__(self, connection: Connection, store: Store) -> None:
        self._connection = connection
        self._store = store

    @property
    def concurrency(self) -> int:
        """Our own database: there is nothing to wait for beside it."""
        return 1

    def check(self) -> None:
        """Nothing to log in to."""

    def close(self) -> None:
        """Nothing to let go of."""

    def probe(self, request: ResourceRequest) -> None:
        """What was pushed to us may be read; only the table of the mapping can be wrong."""
        self._options(request)

    def pages(self, request: ResourceRequest, start: Cursor | None = None) -> Iterator[Page]:
        """All pages from `start` on. A cursor is {read, above}; the last page has the count."""
        options = self._options(request)
        size = self._connection.page_size or _PAGE
        cursor: Cursor | None = start or {"read": 0, "above": 0}
        while cursor is not None:
            rows = self._rows(self._statement(request, options).where(PushedRecord.id > cursor["above"]).limit(size))
            read = cursor["read"] + len(rows)
            cursor = {"read": read, "above": rows[-1].id} if len(rows) == size else None
            yield Page([_record(row) for row in rows], cursor, None if cursor else read)

    def _options(self, request: ResourceRequest) -> dict[str, Any]:
        place = f"resources.{request.name}.read"
        return checked(ReadSchema(), request.options, source=self._connection.name, place=place)

    def _statement(self, request: ResourceRequest, options: dict[str, Any]) -> Select[PushedRecord]:
        statement = (
            select(PushedRecord)
            .join(Source, Source.id == PushedRecord.source_id)
            .where(Source.name == self._connection.name, PushedRecord.resource == (options["resource"] or request.name))
            .order_by(PushedRecord.id)
        )
        if not options["deleted"]:
            statement = statement.where(PushedRecord.is_deleted.is_(False))
        if request.since is not None:
            statement = statement.where(PushedRecord.received_at >= datetime.fromisoformat(request.since))
        return statement

    def _rows(self, statement: Select[PushedRecord]) -> list[PushedRecord]:
        with self._store.read() as session:
            return list(session.scalars(statement))


def _record(row: PushedRecord) -> Raw:
    pushed = {
        "key": row.key,
        "stamp": row.stamp.isoformat(),
        "received_at": row.received_at.isoformat(),
        "is_deleted": row.is_deleted,
    }
    return {**row.body, "pushed": pushed}
