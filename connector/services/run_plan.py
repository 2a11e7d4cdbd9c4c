"""What a run will change, while it waits, or has changed: record by record, each field with the line that causes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, within
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.record_names import RecordNames
from connector.store.dialects import is_one_of
from connector.store.sync_plan import StagedRecord
from connector.store.sync_state import Change, RecordState, Source, SyncRun
from connector.sync.diff import differences
from connector.sync.mapping import Resource
from connector.sync.report import FieldChange

ACTIONS = ("new", "changed", "missing", "returned")


@dataclass(frozen=True, slots=True)
class FieldLine:
    """One field: as it is, as it will be, and the line of the mapping file that says so."""

    field: str
    old: Any
    new: Any
    cause: str


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """One record. `name` is what people call it: of a rating or an absence, the name of its person.

    `cause` is the line for the record as a whole; `match` says how a new person was found to be somebody we know.
    """

    resource: str
    key: str
    name: str | None
    action: str
    fields: tuple[FieldLine, ...]
    cause: str | None
    match: str | None = None


@dataclass(frozen=True, slots=True)
class ActionCount:
    """How many records of one resource have one action."""

    resource: str
    action: str
    count: int


def list_changes(
    actor: Actor,
    installation: Installation,
    number: int,
    request: PageRequest,
    *,
    resource: str | None = None,
    action: str | None = None,
) -> Page[PlanRecord]:
    """The records of a run's plan in the order in which they are written; once it is written, those it has changed."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        run = _run(session, actor, number)
        resources = resources_of(session, installation, run.source_id)
        if run.state == "waits":
            page: Page[Any] = cut_page(session, _staged(run.id, resource, action), request)
            return page.map(lambda rows: _from_staged(session, run, resources, rows))
        page = cut_page(session, _changed(run.id, resource, action), request)
        return page.map(lambda rows: _from_changes(session, run, rows))


def count_changes(actor: Actor, installation: Installation, number: int) -> list[ActionCount]:
    """How many records of each resource the run will change, or has changed, by action."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        run = _run(session, actor, number)
        if run.state == "waits":
            statement: Any = (
                select(StagedRecord.resource, StagedRecord.action, func.count())
                .where(StagedRecord.run_id == number, StagedRecord.action != "same")
                .group_by(StagedRecord.resource, StagedRecord.action)
                .order_by(func.min(StagedRecord.id))
            )
        else:
            statement = (
                select(RecordState.resource, Change.action, func.count(Change.record_id.distinct()))
                .join(RecordState, RecordState.id == Change.record_id)
                .where(Change.run_id == number)
                .group_by(RecordState.resource, Change.action)
                .order_by(func.min(Change.id))
            )
        return [ActionCount(*row) for row in session.execute(statement)]


def _run(session: Session, actor: Actor, number: int) -> SyncRun:
    statement = select(SyncRun).join(Source, Source.id == SyncRun.source_id).where(SyncRun.id == number)
    found: SyncRun | None = session.scalar(within(actor, statement))
    if found is None:
        raise NotFoundError("there is no such run at this employer")
    return found


def _staged(run_id: int, resource: str | None, action: str | None) -> Select[StagedRecord]:
    statement = select(StagedRecord).where(StagedRecord.run_id == run_id, StagedRecord.action != "same")
    if resource is not None:
        statement = statement.where(StagedRecord.resource == resource)
    if action is not None:
        statement = statement.where(StagedRecord.action == action)
    return statement.order_by(StagedRecord.id)


def _changed(run_id: int, resource: str | None, action: str | None) -> Select[int, str, str, Any]:
    statement = (
        select(RecordState.id, RecordState.resource, RecordState.key, RecordState.mapped)
        .join(Change, Change.record_id == RecordState.id)
        .where(Change.run_id == run_id)
        .group_by(RecordState.id, RecordState.resource, RecordState.key)
    )
    if resource is not None:
        statement = statement.where(RecordState.resource == resource)
    if action is not None:
        statement = statement.where(Change.action == action)
    return statement.order_by(func.min(Change.id))


def _from_staged(
    session: Session, run: SyncRun, resources: Mapping[str, Resource], rows: Sequence[StagedRecord]
) -> tuple[PlanRecord, ...]:
    names = RecordNames(session, run.source_id, resources, run_id=run.id)
    said = {row.id: row.mapped or row.base or {} for row in rows}
    names.find(said.values())
    found = []
    for row in rows:
        changes = _staged_differences(resources.get(row.resource), row)
        name = names.of(said[row.id])
        found.append(_record(row.resource, row.key, name, row.action, changes, match=row.evidence))
    return tuple(found)


def _staged_differences(resource: Resource | None, row: StagedRecord) -> list[FieldChange]:
    """What one staged record changes; of a resource that the mapping no longer has, without its lines."""
    if resource is None:
        resource = Resource(row.resource, None, {}, "", None, (), None, False, "unknown", ())
    return differences(resource, row.key, row.action, row.base, row.mapped)


def _from_changes(session: Session, run: SyncRun, rows: Sequence[Any]) -> tuple[PlanRecord, ...]:
    names = RecordNames(session, run.source_id, {}, run_id=None)
    names.find(row.mapped for row in rows)
    changes: dict[int, list[FieldChange]] = {row.id: [] for row in rows}
    by_id = {row.id: row for row in rows}
    statement = select(Change).where(Change.run_id == run.id, is_one_of(session, Change.record_id, list(changes)))
    for one in session.scalars(statement.order_by(Change.id)):
        of = by_id[one.record_id]
        changes[of.id].append(FieldChange(of.resource, of.key, one.action, one.field, one.old, one.new, one.cause))
    return tuple(
        _record(row.resource, row.key, names.of(row.mapped), _action(changes[row.id]), changes[row.id]) for row in rows
    )


def _action(changes: Iterable[FieldChange]) -> str:
    """What became of the record as a whole: a field that changed beside a return is part of the return."""
    return next((change.action for change in changes if change.field is None), "changed")


def _record(
    resource: str,
    key: str,
    name: str | None,
    action: str,
    changes: Iterable[FieldChange],
    *,
    match: Mapping[str, Any] | None = None,
) -> PlanRecord:
    fields, cause = [], None
    for change in changes:
        if change.field is None:
            cause = change.cause
        else:
            fields.append(FieldLine(change.field, change.old, change.new, change.cause))
    by = str(match["by"]) if match and match.get("by") else None
    return PlanRecord(resource, key, name, action, tuple(fields), cause, by)
