"""Trying a mapping on its real source: a few records of each resource, and what a sync would make of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from connector.domain.access import Actor
from connector.errors import InputError, ResourceRefusedError
from connector.services.installation import Installation
from connector.services.mapping_sources import OpenedSource, opened_source
from connector.store.sync_state import RecordState, Source
from connector.sync.fetch import Fetcher
from connector.sync.mapping import Resource
from connector.sync.trial import FewRecords, TriedRecord, tried_records


@dataclass(frozen=True, slots=True)
class Trial:
    """One record and what a sync would do with it: new, changed, same, out of scope or quarantine.

    `before` holds the fields that would change, as they are now.
    """

    record: TriedRecord
    action: str
    before: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TriedResource:
    """One resource; `refused` says why it may not be read."""

    name: str
    target: str
    trials: tuple[Trial, ...]
    refused: str | None = None


def try_mapping(
    actor: Actor, installation: Installation, source: str, *, resource: str | None = None, limit: int = 10
) -> list[TriedResource]:
    """At most `limit` records of each resource, or of one. Only the answer holds values of the source."""
    with opened_source(actor, installation, source) as opened:
        wanted = [found for found in opened.mapping.resources if found.target and resource in (None, found.name)]
        if not wanted:
            names = ", ".join(found.name for found in opened.mapping.resources if found.target)
            raise InputError(
                "there is no such resource", where=f"{opened.mapping.name}: {resource}", todo=f"Use: {names}."
            )
        few = FewRecords(opened.reader, opened.mapping, limit)
        fetcher = Fetcher(opened.mapping, few, opened.today)
        return [_tried(installation, opened, fetcher, found, limit) for found in wanted]


def _tried(
    installation: Installation, opened: OpenedSource, fetcher: Fetcher, resource: Resource, limit: int
) -> TriedResource:
    target = resource.target or ""
    try:
        records = tried_records(opened.mapping, fetcher, resource, limit)
    except ResourceRefusedError as error:
        return TriedResource(resource.name, target, (), error.sentence())
    known = _known(installation, opened.config.name, resource.name, [record.key for record in records if record.key])
    return TriedResource(
        resource.name, target, tuple(_trial(record, known.get(record.key or "")) for record in records)
    )


def _known(installation: Installation, source: str, resource: str, keys: list[str]) -> dict[str, dict[str, Any]]:
    statement = (
        select(RecordState.key, RecordState.mapped)
        .join(Source, Source.id == RecordState.source_id)
        .where(Source.name == source, RecordState.resource == resource, RecordState.key.in_(keys))
    )
    with installation.store.read() as session:
        return {key: dict(mapped) for key, mapped in session.execute(statement)}


def _trial(record: TriedRecord, known: dict[str, Any] | None) -> Trial:
    if not record.is_in_scope:
        return Trial(record, "out of scope", {})
    if not record.is_right:
        return Trial(record, "quarantine", {})
    if known is None:
        return Trial(record, "new", {})
    ours = record.ours
    before = {name: known.get(name) for name in sorted({*known, *ours}) if known.get(name) != ours.get(name)}
    return Trial(record, "changed" if before else "same", before)
