"""Putting one field of one record right here, until a day, while it is still wrong at the source."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.reason import checked_reason
from connector.errors import InputError, NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named, within
from connector.services.quarantine import open_row
from connector.services.sync_orders import put_sync_soon
from connector.store.sync_plan import Correction
from connector.store.sync_state import Source
from connector.sync.record_map import plain
from connector.sync.records import TARGETS

_LONGEST = timedelta(days=366)
_Problems = dict[str, list[str]]


@dataclass(frozen=True, slots=True)
class CorrectionEntry:
    """A correction that counts until and with the day `until`."""

    id: int
    source: str
    resource: str
    key: str
    field: str
    value: Any
    until: date
    reason: str
    made_at: datetime


def list_corrections(actor: Actor, installation: Installation, source: str | None = None) -> list[CorrectionEntry]:
    """The corrections that count today, those that end first in front."""
    require(actor, Act.READ_RUNS)
    statement = (
        select(Source.name, Correction)
        .join(Source, Source.id == Correction.source_id)
        .where(Correction.ended_at.is_(None))
        .order_by(Correction.until, Correction.id)
    )
    if source is not None:
        statement = statement.where(Source.name == source)
    with installation.store.read() as session:
        rows = session.execute(within(actor, statement)).all()
    return [_entry(name, row) for name, row in rows if row.until >= _today(installation, name)]


def correct_problem(
    actor: Actor,
    installation: Installation,
    entry_id: int,
    *,
    value: str | None,
    until: date,
    reason: str,
    field: str | None = None,
) -> CorrectionEntry:
    """Correct a field (else: the field that is wrong) of a record in quarantine; see `correct`."""
    require(actor, Act.MEND)
    with installation.store.read() as session:
        row, source = open_row(session, actor, entry_id)
        name, resource, key, wrong = source.name, row.resource, row.key, row.field
    if key.startswith("?"):
        raise InputError(
            "this record has no key of its own, so it cannot be found again",
            where=f"quarantine:{entry_id}",
            todo="Give it one in the source.",
        )
    return correct(
        actor, installation, name, resource, key, field=field or wrong, value=value, until=until, reason=reason
    )


def correct(
    actor: Actor,
    installation: Installation,
    source: str,
    resource: str,
    key: str,
    *,
    field: str,
    value: str | None,
    until: date,
    reason: str,
) -> CorrectionEntry:
    """Read `field` of this record as `value` (None: as nothing) from the next sync on, until and with a day.

    InputError names everything that does not fit; the value itself is in no message, log or audit line.
    """
    require(actor, Act.MEND)
    why = checked_reason(reason)
    now, today = installation.clock(), _today(installation, source)
    with installation.store.begin() as session:
        row = source_named(session, actor, source)
        found = resources_of(session, installation, row.id).get(resource)
        if found is None or found.target is None:
            raise NotFoundError("the source has no such list of records", where=f"{source}: {resource}")
        problems = _until_problems(until, today)
        checked, field_problems = _checked(found.target, field, value)
        if problems or field_problems:
            every = problems | field_problems
            raise InputError(_sentence(every), problems=every, where=f"{resource} {key}")
        for before in _counting(session, row.id, resource, key, field):
            before.ended_at = now
        added = Correction(
            source_id=row.id,
            resource=resource,
            key=key,
            field=field,
            value=checked,
            until=until,
            reason=why,
            made_by=actor.account_id,
            made_at=now,
        )
        session.add(added)
        session.flush()  # its number is told
        put_sync_soon(session, source, row.employer_id, now, resources=[resource])
        record_act(session, actor, "correct_record", f"correction:{added.id}", at=now, employer_id=row.employer_id)
        return _entry(source, added)


def end_correction(actor: Actor, installation: Installation, correction_id: int) -> None:
    """Read the field as the source says it, from the next sync on. Ending it again changes nothing."""
    require(actor, Act.MEND)
    now = installation.clock()
    with installation.store.begin() as session:
        statement = (
            select(Correction, Source)
            .join(Source, Source.id == Correction.source_id)
            .where(Correction.id == correction_id)
        )
        found = session.execute(within(actor, statement)).one_or_none()
        if found is None:
            raise NotFoundError("there is no such correction", where=f"correction:{correction_id}")
        row, source = found
        if row.ended_at is not None:
            return
        row.ended_at = now
        put_sync_soon(session, source.name, source.employer_id, now, resources=[row.resource])
        record_act(session, actor, "end_correction", f"correction:{row.id}", at=now, employer_id=source.employer_id)


def _today(installation: Installation, source: str) -> date:
    config = installation.sources.get(source)
    return installation.today(config.time_zone) if config is not None else installation.today()


def _counting(session: Session, source_id: int, resource: str, key: str, field: str) -> list[Correction]:
    return list(
        session.scalars(
            select(Correction).where(
                Correction.source_id == source_id,
                Correction.resource == resource,
                Correction.key == key,
                Correction.field == field,
                Correction.ended_at.is_(None),
            )
        )
    )


def _until_problems(until: date, today: date) -> _Problems:
    if today <= until <= today + _LONGEST:
        return {}
    return {"until": ["must be a day from today on, and within a year: the source itself has to be mended"]}


def _checked(target: str, field: str, value: str | None) -> tuple[Any, _Problems]:
    """The value as a record keeps it, checked by the field of the target."""
    schema = TARGETS[target]
    rule = schema.fields.get(field)
    if rule is None:
        return None, {"field": [f"must be one of: {', '.join(sorted(schema.fields))}"]}
    if value is None:
        return None, {"value": ["is needed"]} if rule.required else {}
    given: Any = [part.strip() for part in value.split(";")] if type(rule).__name__ == "List" else value.strip()
    try:
        return plain(rule.deserialize(given)), {}
    except ValidationError as error:
        return None, {"value": [str(message) for message in error.messages]}


def _sentence(problems: _Problems) -> str:
    return "; ".join(f"{name} {' '.join(messages)}" for name, messages in problems.items())


def _entry(source: str, row: Correction) -> CorrectionEntry:
    return CorrectionEntry(
        id=row.id,
        source=source,
        resource=row.resource,
        key=row.key,
        field=row.field,
        value=row.value,
        until=row.until,
        reason=row.reason,
        made_at=row.made_at,
    )
