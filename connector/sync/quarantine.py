"""Records that cannot be taken: one row per problem and record, updated when it comes again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from connector.errors import RecordError
from connector.sources.reader import Raw
from connector.store.dialects import is_one_of
from connector.store.sync_state import QuarantinedRecord
from connector.sync.classify import Problem
from connector.sync.context import RunContext
from connector.sync.converters import kind_of

_FIELDS = 100
_SHOWN = 40


def hold(session: Session, context: RunContext, resource: str, problem: Problem, error: RecordError) -> None:
    """Put a problem in quarantine, or say that it is still there. What a person chose to ignore stays ignored as long
    as the reason is the same."""
    row = session.scalar(
        select(QuarantinedRecord).where(
            QuarantinedRecord.source_id == context.source_id,
            QuarantinedRecord.resource == resource,
            QuarantinedRecord.key == problem.key,
            QuarantinedRecord.field == error.field,
        )
    )
    reason = error.reason[:300]
    if row is None:
        row = QuarantinedRecord(
            source_id=context.source_id,
            resource=resource,
            key=problem.key,
            field=error.field,
            times=0,
            first_seen_at=context.at,
            reason=reason,
        )
        session.add(row)
    if row.reason != reason:
        row.ignored_at = row.ignored_by = row.ignored_reason = None
    row.kind, row.reason = error.kind[:100], reason
    row.hash, row.shape = problem.hash, masked(problem.raw)
    row.times += 1
    row.last_seen_at, row.run_id = context.at, context.run_id
    row.resolved_at = None
    session.flush()  # the same problem may come twice in one page


def release(session: Session, context: RunContext, resource: str, keys: Collection[str]) -> None:
    """Records that came through are out of quarantine."""
    if keys:
        session.execute(
            update(QuarantinedRecord)
            .where(
                QuarantinedRecord.source_id == context.source_id,
                QuarantinedRecord.resource == resource,
                QuarantinedRecord.resolved_at.is_(None),
                is_one_of(session, QuarantinedRecord.key, keys),
            )
            .values(resolved_at=context.at)
            .execution_options(synchronize_session=False)
        )


def masked(raw: Raw) -> dict[str, Any]:
    """The record with its fields and the form of their values: a letter is `a`, a digit `9`, signs stay."""
    return {
        "".join(char if char.isprintable() else "?" for char in str(name)[:60]): _form(value)
        for name, value in list(raw.items())[:_FIELDS]
    }


def _form(value: Any) -> str:
    if isinstance(value, bool) or value is None:
        return kind_of(value)
    if isinstance(value, str | int | float):
        text = str(value)
        form = "".join(_mask(char) for char in text[:_SHOWN])
        return form if len(text) <= _SHOWN else f"{form}… ({len(text)} characters)"
    return kind_of(value)


def _mask(char: str) -> str:
    if char.isdigit():
        return "9"
    if char.isalpha():
        return "a"
    return char if char.isprintable() else "?"
