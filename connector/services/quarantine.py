"""Records that could not be taken over, and why: what somebody has to mend in the source, or say that it may stay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, within
from connector.services.paging import Page, PageRequest, cut_page
from connector.services.told import Told
from connector.services.told_reasons import REASONS
from connector.store.dialects import is_one_of
from connector.store.sync_state import QuarantinedRecord, Source
from connector.sync.record_map import column_of
from connector.sync.report import in_both

_FIRST = PageRequest()


@dataclass(frozen=True, slots=True)
class QuarantineEntry:
    """One problem with one record. The value itself is nowhere: `record` shows the form of each field's value only.

    `column` is what the source calls the field, as its mapping is now; None where that does not say.
    `reason` is in English, `told` the same by code and in the language of whoever asked: at least one.
    `ignored_reason` is what a person said for leaving it as it is; None: nobody has.
    """

    id: int
    source: str
    resource: str
    key: str
    field: str
    column: str | None
    kind: str
    reason: str
    told: tuple[Told, ...]
    record: dict[str, Any]
    times: int
    first_seen_at: datetime
    last_seen_at: datetime
    run: int
    ignored_at: datetime | None
    ignored_reason: str | None

    @property
    def named(self) -> str:
        """The field by our name and that of the source: `fte (deeltijds)`."""
        return in_both(self.field, self.column)

    @property
    def has_key(self) -> bool:
        """Without a key of its own nothing can be corrected here: it cannot be found again."""
        return not self.key.startswith("?")


@dataclass(frozen=True, slots=True)
class ReasonCount:
    """How many open problems have a reason; `name` says it without its parts that vary."""

    code: str
    name: str
    count: int


def list_quarantine(
    actor: Actor,
    installation: Installation,
    request: PageRequest = _FIRST,
    *,
    source: str | None = None,
    reason: str | None = None,
    ignored: bool | None = False,
) -> Page[QuarantineEntry]:
    """One page of what is in quarantine now at the actor's employer, the newest first.

    `reason` is a code of `Told`. `ignored` True: only what a person said may stay; None: that too.
    """
    require(actor, Act.READ_RUNS)
    statement = _open(actor, source, ignored, Source, QuarantinedRecord)
    with installation.store.read() as session:
        if reason is not None:
            texts = [text for text, _ in _texts(session, actor, source, ignored) if reason in _codes(actor, text)]
            statement = statement.where(is_one_of(session, QuarantinedRecord.reason, texts))
        ordered = statement.order_by(QuarantinedRecord.last_seen_at.desc(), QuarantinedRecord.id)
        page: Page[Any] = cut_page(session, ordered, request)
        return page.map(lambda rows: _entries(session, actor, installation, rows))


def count_reasons(actor: Actor, installation: Installation, source: str | None = None) -> list[ReasonCount]:
    """Why records are in quarantine now, what is said most often first; of what has two reasons, both count."""
    require(actor, Act.READ_RUNS)
    counts: dict[str, int] = {}
    with installation.store.read() as session:
        for text, count in _texts(session, actor, source, False):
            for code in _codes(actor, text):
                counts[code] = counts.get(code, 0) + count
    found = [ReasonCount(code, REASONS.name(code, actor.language), count) for code, count in counts.items()]
    return sorted(found, key=lambda one: (-one.count, one.name))


def quarantined_sources(actor: Actor, installation: Installation) -> list[str]:
    """The names of the sources of which something is in quarantine now, ignored or not."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        return sorted(session.scalars(_open(actor, None, None, Source.name).distinct()))


def problems_of_record(
    actor: Actor, installation: Installation, source: str, resource: str, key: str
) -> tuple[QuarantineEntry, ...]:
    """What is wrong with one record now, also what somebody chose to ignore."""
    require(actor, Act.READ_RUNS)
    statement = _open(actor, source, None, Source, QuarantinedRecord).where(
        QuarantinedRecord.resource == resource, QuarantinedRecord.key == key
    )
    with installation.store.read() as session:
        rows = session.execute(statement.order_by(QuarantinedRecord.id)).all()
        return _entries(session, actor, installation, rows)


def find_entry(actor: Actor, installation: Installation, entry_id: int) -> QuarantineEntry:
    """One problem that is still there, ignored or not; else NotFoundError."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        row, source = open_row(session, actor, entry_id)
        return _entries(session, actor, installation, [(source, row)])[0]


def columns_of(actor: Actor, installation: Installation, source: str) -> dict[tuple[str, str], str]:
    """What a source calls each of our fields, by resource and field."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        source_id = session.scalar(within(actor, select(Source.id).where(Source.name == source)))
        return _columns(session, installation, source_id) if source_id is not None else {}


def open_row(session: Session, actor: Actor, entry_id: int) -> tuple[QuarantinedRecord, Source]:
    """The row of a problem that is still there, with its source; NotFoundError outside the actor's employer."""
    statement = (
        select(QuarantinedRecord, Source)
        .join(Source, Source.id == QuarantinedRecord.source_id)
        .where(QuarantinedRecord.id == entry_id, QuarantinedRecord.resolved_at.is_(None))
    )
    found = session.execute(within(actor, statement)).one_or_none()
    if found is None:
        raise NotFoundError("there is no such problem", where=f"quarantine:{entry_id}", todo="Look: `pop quarantine`.")
    return found[0], found[1]


def _open(actor: Actor, source: str | None, ignored: bool | None, *columns: Any) -> Select[*tuple[Any, ...]]:
    """What is wrong now, of one source or of all."""
    statement = (
        select(*columns)
        .select_from(QuarantinedRecord)
        .join(Source, Source.id == QuarantinedRecord.source_id)
        .where(QuarantinedRecord.resolved_at.is_(None))
    )
    if source is not None:
        statement = statement.where(Source.name == source)
    if ignored is not None:
        is_ignored = QuarantinedRecord.ignored_at
        statement = statement.where(is_ignored.is_not(None) if ignored else is_ignored.is_(None))
    return within(actor, statement)


def _texts(session: Session, actor: Actor, source: str | None, ignored: bool | None) -> list[tuple[str, int]]:
    """Every reason as it is written down, with how often."""
    statement = _open(actor, source, ignored, QuarantinedRecord.reason, func.count())
    return [(text, count) for text, count in session.execute(statement.group_by(QuarantinedRecord.reason))]


def _codes(actor: Actor, text: str) -> set[str]:
    return {one.code for one in REASONS.each(text, actor.language)}


def _columns(session: Session, installation: Installation, source_id: int) -> dict[tuple[str, str], str]:
    rules = (
        (resource.name, rule)
        for resource in resources_of(session, installation, source_id).values()
        for rule in resource.rules
    )
    return {(name, rule.name): column for name, rule in rules if (column := column_of(rule)) is not None}


def _entries(
    session: Session, actor: Actor, installation: Installation, rows: Iterable[Any]
) -> tuple[QuarantineEntry, ...]:
    """Entries of pairs of a source and a row."""
    columns: dict[int, dict[tuple[str, str], str]] = {}
    found = []
    for source, row in rows:
        if source.id not in columns:
            columns[source.id] = _columns(session, installation, source.id)
        found.append(_entry(actor, source.name, row, columns[source.id].get((row.resource, row.field))))
    return tuple(found)


def _entry(actor: Actor, source: str, row: QuarantinedRecord, column: str | None) -> QuarantineEntry:
    return QuarantineEntry(
        id=row.id,
        source=source,
        resource=row.resource,
        key=row.key,
        field=row.field,
        column=column,
        kind=row.kind,
        reason=row.reason,
        told=REASONS.each(row.reason, actor.language),
        record=dict(row.shape),
        times=row.times,
        first_seen_at=row.first_seen_at,
        last_seen_at=row.last_seen_at,
        run=row.run_id,
        ignored_at=row.ignored_at,
        ignored_reason=row.ignored_reason,
    )
