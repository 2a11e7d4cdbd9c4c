"""Webhooks in, by Standard Webhooks: genuine, fresh, once, and in whatever order they come."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.domain.pushed_json import parse_pushed
from connector.domain.standard_webhook import WINDOW_SECONDS, secret_bytes, verify
from connector.errors import InputError
from connector.services.installation import Installation
from connector.services.pushed import Inbox, Pushed, find_inbox, keep_newest, put_sync, source_id
from connector.sources.pushed_options import EventShape, event_shape
from connector.store.dialects import is_sqlite
from connector.store.pushed import ReceivedEvent

# A sender tries for days, each time with a new timestamp and the same id.
EVENTS_KEPT = timedelta(days=30)
_LONGEST_KEY = 200
_LONGEST_RESOURCE = 60


@dataclass(frozen=True, slots=True)
class Delivery:
    """One call of a sender: three headers, and the raw body that they sign."""

    event: str | None
    timestamp: str | None
    signatures: str | None
    body: bytes = field(repr=False)


def receive_webhook(
    actor: Actor,
    installation: Installation,
    source: str,
    delivery: Delivery,
    *,
    admitted: Callable[[], None] = lambda: None,
) -> bool:
    """Take in one event of a source; False when it was taken in before. NotAllowedError when it is not genuine.

    `admitted` may refuse, by an error of its own, what is genuine: whoever only knows the address uses nothing up.
    """
    require(actor, Act.PUSH)
    inbox = find_inbox(actor, installation, source)
    now = installation.clock()
    where = f"sources.{source}.webhook_secret"
    keys = [secret_bytes(secret, where) for secret in inbox.config.webhook_secrets]
    verify(keys, delivery.event, delivery.timestamp, delivery.signatures, delivery.body, now)
    admitted()
    shape = event_shape(inbox.mapping.content.get("connection", {}), source)
    record = _record(shape, parse_pushed(delivery.body), str(delivery.event), now)
    with installation.store.begin() as session:
        return _take_in(session, inbox, record, now)


def _take_in(session: Session, inbox: Inbox, record: Pushed, now: datetime) -> bool:
    owner = source_id(session, inbox)
    if not _is_first(session, owner, record.tie, now):
        return False
    if keep_newest(session, owner, record, now):
        put_sync(session, inbox, now)
    return True


def _is_first(session: Session, owner: int, event: str, now: datetime) -> bool:
    insert: Any = (sqlite.insert if is_sqlite(session) else postgresql.insert)(ReceivedEvent)
    values = {"source_id": owner, "event": event, "received_at": now}
    statement = insert.values(values).on_conflict_do_nothing(index_elements=["source_id", "event"])
    if session.scalar(statement.returning(ReceivedEvent.id)) is None:
        return False
    session.execute(delete(ReceivedEvent).where(ReceivedEvent.received_at < now - EVENTS_KEPT))
    return True


def _record(shape: EventShape, payload: Mapping[str, Any], event: str, now: datetime) -> Pushed:
    problems: dict[str, list[str]] = {}
    resource = _word(shape.part("resource", payload), _LONGEST_RESOURCE)
    key = _word(shape.part("key", payload), _LONGEST_KEY)
    stamp = _moment(shape.part("stamp", payload))
    is_deleted = shape.part("deleted", payload) is True
    body = None if is_deleted else shape.part("record", payload)
    if resource is None:
        problems["resource"] = [f"must be a name of 1 to {_LONGEST_RESOURCE} characters"]
    if key is None:
        problems["key"] = [f"must be a text or a number of 1 to {_LONGEST_KEY} characters"]
    if stamp is None:
        problems["stamp"] = ["must be a moment with a zone, e.g. 2026-11-23T09:00:00Z"]
    elif stamp > now + timedelta(seconds=WINDOW_SECONDS):
        problems["stamp"] = ["must not be later than now: newer events would be held to be old"]
    if not is_deleted and not isinstance(body, dict):
        problems["record"] = ["must be an object, unless the record was deleted"]
    if problems or resource is None or key is None or stamp is None:
        raise InputError("this event cannot be read", problems=problems, where="body")
    return Pushed(resource, key, stamp, event, body)


def _word(value: Any, longest: int) -> str | None:
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    text = str(value)
    return text if 0 < len(text) <= longest and text.isprintable() else None


def _moment(value: Any) -> datetime | None:
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        return None if found is None or found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
