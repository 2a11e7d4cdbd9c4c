"""SCIM resources that are pushed to a source: created, changed and deleted one at a time, and looked up.

They are kept as records of the source's inbox; what they mean for the employer's HR facts, a sync decides.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.scim_error import ScimError
from connector.domain.scim_patch import attributes_of, patched
from connector.domain.scim_types import Kind
from connector.domain.scim_view import version_of
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.pushed import Inbox, find_inbox, known_source, put_sync, source_id
from connector.store.pushed import PushedRecord, digest_of

MOST_BYTES = 8 * 1024 * 1024  # of one resource: a group grows with every PATCH


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource as it is kept. `version` is its weak ETag."""

    kind: Kind
    key: str
    body: Mapping[str, Any]
    created_at: datetime
    changed_at: datetime

    @property
    def version(self) -> str:
        return version_of(self.body)


def create_resource(actor: Actor, installation: Installation, source: str, kind: Kind, given: Any) -> Resource:
    """A new resource, with an id of ours. ScimError `uniqueness` when another one has its userName."""
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    body = attributes_of(kind, given)
    now = installation.clock()
    with _unique(), installation.store.begin() as session:
        row = PushedRecord(
            source_id=source_id(session, inbox),
            resource=kind.resource,
            key=str(uuid.uuid4()),
            created_at=now,
            stamp=now,
            tie="",
        )
        _fill(kind, row, body, now)
        session.add(row)
        session.flush()  # whether its names are taken
        put_sync(session, inbox, now)
        return resource_of(row, kind)


def find_resource(actor: Actor, installation: Installation, source: str, kind: Kind, key: str) -> Resource:
    """One resource by its id."""
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    with installation.store.read() as session:
        return resource_of(_row(session, inbox, kind, key), kind)


def replace_resource(
    actor: Actor, installation: Installation, source: str, kind: Kind, key: str, given: Any, if_match: str | None = None
) -> Resource:
    """The resource with these attributes and no others (PUT)."""
    require(actor, Act.PUSH)
    body = attributes_of(kind, given)
    return _change(installation, find_inbox(actor, installation, source), kind, key, if_match, lambda _: body)


def patch_resource(
    actor: Actor,
    installation: Installation,
    source: str,
    kind: Kind,
    key: str,
    message: Any,
    if_match: str | None = None,
) -> Resource:
    """The resource after the operations of a PatchOp message; all of them or, on a ScimError, none."""
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    return _change(installation, inbox, kind, key, if_match, lambda body: patched(kind, body, message))


def delete_resource(
    actor: Actor, installation: Installation, source: str, kind: Kind, key: str, if_match: str | None = None
) -> None:
    """The resource is gone for its sender; a tombstone without its attributes stays. What it means for the person, the
    mapping says (`absent`)."""
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    now = installation.clock()
    with installation.store.begin() as session:
        row = _row(session, inbox, kind, key, for_update=True)
        _check_match(row, if_match)
        row.is_deleted, row.body, row.alias, row.outside = True, {}, None, None
        row.stamp, row.received_at = max(now, row.stamp), now
        put_sync(session, inbox, now)


def _change(
    installation: Installation,
    inbox: Inbox,
    kind: Kind,
    key: str,
    if_match: str | None,
    change: Callable[[dict[str, Any]], dict[str, Any]],
) -> Resource:
    now = installation.clock()
    with _unique(), installation.store.begin() as session:
        row = _row(session, inbox, kind, key, for_update=True)
        _check_match(row, if_match)
        before = {name: value for name, value in row.body.items() if name != "id"}
        after = change(before)
        if after != before:
            _fill(kind, row, after, now)
            session.flush()  # whether its names are taken
            put_sync(session, inbox, now)
        return resource_of(row, kind)


def _row(session: Session, inbox: Inbox, kind: Kind, key: str, *, for_update: bool = False) -> PushedRecord:
    statement = select(PushedRecord).where(
        PushedRecord.source_id == known_source(session, inbox),
        PushedRecord.resource == kind.resource,
        PushedRecord.key == key,
        PushedRecord.is_deleted.is_(False),
    )
    row = session.scalar(statement.with_for_update() if for_update else statement) if key.isprintable() else None
    if row is None:
        raise NotFoundError(f"there is no such {kind.name}", where="id")
    return row


def _fill(kind: Kind, row: PushedRecord, body: dict[str, Any], now: datetime) -> None:
    """Give a row these attributes."""
    if len(json.dumps(body)) > MOST_BYTES:
        raise ScimError("this resource has grown too large", "tooMany")
    name = next((body[one.name] for one in kind.core.attributes if one.is_unique and one.name in body), None)
    alias = digest_of(name.casefold()) if name is not None else None
    outside = body.get("externalId")
    row.body, row.is_deleted, row.alias = {**body, "id": row.key}, False, alias
    row.outside = digest_of(outside) if outside is not None else None
    row.stamp, row.received_at = max(now, row.stamp), now


@contextmanager
def _unique() -> Iterator[None]:
    """The index of the table is the judge of names: so it is also for two that come at the same moment."""
    try:
        yield
    except IntegrityError:
        raise ScimError("another resource has this name", "uniqueness") from None


def _check_match(row: PushedRecord, if_match: str | None) -> None:
    """If-Match: one or more ETags, weak or not, or * for any state (RFC 7644, section 3.14)."""
    if if_match is None or if_match.strip() == "*":
        return
    wanted = {one.strip().removeprefix("W/") for one in if_match.split(",")}
    if version_of(row.body).removeprefix("W/") not in wanted:
        raise ScimError("this resource has changed since", "precondition")


def resource_of(row: PushedRecord, kind: Kind) -> Resource:
    """The resource of a row."""
    return Resource(kind, row.key, row.body, row.created_at, row.received_at)
