"""Keeping what is pushed to us, and letting the sync take it over: nothing that is pushed becomes an HR fact here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import NotAllowedError, NotFoundError
from connector.mapping_files import MappingFile
from connector.services.installation import Installation, SourceConfig
from connector.services.organisations import organisation_id
from connector.store.dialects import is_sqlite
from connector.store.pushed import PushedRecord
from connector.store.queue import put
from connector.store.sync_state import Source
from connector.store.work import DueWork

SYNC_SOURCE = "sync.source"
INBOX = "inbox"  # the protocol of a mapping whose records are pushed
_BEAT_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Pushed:
    """The state of one record at a moment, as its sender says. `body` None: it no longer exists."""

    resource: str
    key: str
    stamp: datetime
    tie: str
    body: dict[str, Any] | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """A configured source whose records are pushed, and the mapping file that will read them."""

    config: SourceConfig
    mapping: MappingFile


def find_inbox(actor: Actor, installation: Installation, name: str) -> Inbox:
    """The source to which this actor may push. NotFoundError when it takes no pushes; a system has one source only."""
    require(actor, Act.PUSH)
    if actor.source is not None and actor.source != name:
        raise NotAllowedError("this token is for another source", where=Act.PUSH.value)
    config = installation.sources.get(name)
    mapping = installation.mappings.find(config.mapping) if config is not None else None
    if config is None or mapping is None or mapping.content.get("protocol") != INBOX:
        raise NotFoundError("there is no source of that name that records can be pushed to", where="source")
    if not actor.is_everywhere:
        with installation.store.read() as session:
            require(actor, Act.PUSH, employer_id=organisation_id(session, config.employer))
    return Inbox(config, mapping)


def source_id(session: Session, inbox: Inbox) -> int:
    """The id of the source; its row is made when nothing was pushed or synced before."""
    config = inbox.config
    found = known_source(session, inbox)
    if found is not None:
        return found
    row = {
        "name": config.name,
        "employer_id": organisation_id(session, config.employer),
        "mapping": f"{inbox.mapping.family}/{inbox.mapping.name}",
        "kind": str(inbox.mapping.content.get("kind", "hr")),
    }
    session.execute(_insert(session, Source).values(row).on_conflict_do_nothing(index_elements=["name"]))
    return session.scalars(select(Source.id).where(Source.name == config.name)).one()


def known_source(session: Session, inbox: Inbox) -> int | None:
    """The id of the source; None when nothing was pushed or synced before."""
    return session.scalar(select(Source.id).where(Source.name == inbox.config.name))


def keep_newest(session: Session, owner: int, record: Pushed, now: datetime) -> bool:
    """Keep this state of a record of the source unless a newer one is here; by (stamp, tie), never by arrival."""
    values = {
        "source_id": owner,
        "resource": record.resource,
        "key": record.key,
        "stamp": record.stamp,
        "tie": record.tie,
        "body": record.body or {},
        "is_deleted": record.body is None,
        "created_at": now,
        "received_at": now,
    }
    statement = _insert(session, PushedRecord).values(values)
    new = statement.excluded
    is_newer = or_(PushedRecord.stamp < new.stamp, and_(PushedRecord.stamp == new.stamp, PushedRecord.tie < new.tie))
    changed = ("stamp", "tie", "body", "is_deleted", "received_at")
    upsert = statement.on_conflict_do_update(
        index_elements=["source_id", "resource", "key"],
        set_={name: new[name] for name in changed},
        where=is_newer,
    )
    return session.scalar(upsert.returning(PushedRecord.id)) is not None


def put_sync(session: Session, inbox: Inbox, now: datetime) -> None:
    """Let the source be synced soon: once for all that is pushed within half a minute.

    The row lies half a minute ahead at least, so that no sync begins before this transaction is there to be read.
    """
    beat = int(now.astimezone(UTC).timestamp()) // _BEAT_SECONDS + 2
    put(
        session,
        DueWork,
        key=f"{SYNC_SOURCE}:{inbox.config.name}:{beat}",
        kind=SYNC_SOURCE,
        payload={"source": inbox.config.name},
        due_at=datetime.fromtimestamp(beat * _BEAT_SECONDS, UTC),
        now=now,
        employer_id=organisation_id(session, inbox.config.employer),
    )


def _insert(session: Session, model: Any) -> Any:
    return (sqlite.insert if is_sqlite(session) else postgresql.insert)(model)
