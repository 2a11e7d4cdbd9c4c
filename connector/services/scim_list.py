"""Looking SCIM resources up: filter, order, pages (RFC 7644, section 3.4.2)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, false, func, select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.scim_filter import All, Compare, Filter
from connector.domain.scim_match import fits, values_at
from connector.domain.scim_path import Target, find_target
from connector.domain.scim_types import Kind
from connector.domain.scim_view import document
from connector.services.installation import Installation
from connector.services.pushed import find_inbox, known_source
from connector.services.scim import Resource, resource_of
from connector.store.pushed import PushedRecord, digest_of

MOST_COUNT = 500
DEFAULT_COUNT = 100
_READ_AT_A_TIME = 500


@dataclass(frozen=True, slots=True)
class Search:
    """What is asked. `start` counts from 1; `count` is a wish."""

    wanted: Filter | None = None
    sort_by: str | None = None
    is_descending: bool = False
    start: int = 1
    count: int = DEFAULT_COUNT


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of what was found, and how many there are in all."""

    total: int
    start: int
    resources: list[Resource]


def list_resources(actor: Actor, installation: Installation, source: str, kind: Kind, search: Search) -> Listing:
    """The resources that fit, in the order in which they were received unless another one is asked."""
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    start = max(search.start, 1)
    count = min(max(search.count, 0), MOST_COUNT)
    with installation.store.read() as session:
        of_source = [
            PushedRecord.source_id == known_source(session, inbox),
            PushedRecord.resource == kind.resource,
            PushedRecord.is_deleted.is_(False),
        ]
        if search.wanted is None and search.sort_by is None:
            total = session.scalar(select(func.count()).select_from(PushedRecord).where(*of_source)) or 0
            page = select(PushedRecord).where(*of_source).order_by(PushedRecord.id).offset(start - 1).limit(count)
            return Listing(total, start, [resource_of(row, kind) for row in session.scalars(page)] if count else [])
        return _searched(session, kind, of_source, search, start, count)


def _searched(
    session: Session, kind: Kind, of_source: list[ColumnElement[bool]], search: Search, start: int, count: int
) -> Listing:
    """Only the ids of what fits are held, and what it is sorted by."""
    target = find_target(kind, search.sort_by) if search.sort_by else None
    found: list[tuple[Any, int]] = []
    for row in _candidates(session, kind, of_source, search.wanted):
        whole = document(kind, row.key, row.body, row.created_at, row.received_at, "")
        if search.wanted is None or fits(kind, whole, search.wanted):
            found.append((_sort_key(whole, target), row.id))
    if target is not None:
        found.sort(key=lambda entry: entry[0], reverse=search.is_descending)
    ids = [number for _, number in found[start - 1 : start - 1 + count]]
    rows = {row.id: row for row in session.scalars(select(PushedRecord).where(PushedRecord.id.in_(ids)))}
    return Listing(len(found), start, [resource_of(rows[number], kind) for number in ids])


def _candidates(
    session: Session, kind: Kind, of_source: list[ColumnElement[bool]], wanted: Filter | None
) -> Iterator[PushedRecord]:
    """Every row that may fit. Before each write a provider asks for one by name: those are found by an index."""
    statement = select(PushedRecord).where(*of_source).order_by(PushedRecord.id)
    by_name = _by_name(kind, wanted)
    if by_name is not None:
        statement = statement.where(by_name)
    rows = session.execute(statement.execution_options(yield_per=_READ_AT_A_TIME)).scalars()
    for row in rows:
        yield row
        session.expunge(row)


def _by_name(kind: Kind, wanted: Filter | None) -> ColumnElement[bool] | None:
    tests = wanted.parts if isinstance(wanted, All) else (wanted,)
    for test in tests:
        if not isinstance(test, Compare) or test.operator != "eq" or not isinstance(test.value, str):
            continue
        target = find_target(kind, test.path)
        if target is None or target.attribute is None or target.extension is not None or target.part is not None:
            continue
        if target.attribute.is_unique:
            return PushedRecord.alias == digest_of(test.value.casefold())
        if target.attribute.name == "externalId":
            return PushedRecord.outside == digest_of(test.value)
        if target.attribute.name == "id":
            return PushedRecord.key == test.value if test.value.isprintable() else false()
    return None


def _sort_key(whole: dict[str, Any], target: Target | None) -> tuple[bool, str]:
    """What has no value comes last (RFC 7644, section 3.4.2.3); of many values the primary or else the first counts."""
    values = values_at(whole, target) if target is not None else []
    if not values:
        return True, ""
    chosen = next((one for one in values if isinstance(one, dict) and one.get("primary") is True), values[0])
    text = str(chosen.get("value", "")) if isinstance(chosen, dict) else str(chosen)
    attribute = (target.part or target.attribute) if target is not None else None
    return False, text if attribute is not None and attribute.is_exact else text.casefold()
