"""Asking for a sync: put down as work, so that whoever asks need not wait for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, Role, require
from connector.errors import AskUserError, ConflictError, NotFoundError
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.known_sources import within
from connector.services.organisations import organisation_id
from connector.services.pushed import SYNC_SOURCE
from connector.services.run_blocks import block_of
from connector.services.run_orders import APPLY_PLAN, put_order
from connector.services.sync import apply_plan
from connector.store.queue import put
from connector.store.sync_state import Source, SyncRun
from connector.store.work import DueWork
from connector.sync.watermarks import read_whole_next

__all__ = ["APPLY_PLAN", "do_apply", "order_apply", "order_sync", "put_sync_soon"]
_BEAT_SECONDS = 30


def order_sync(actor: Actor, installation: Installation, name: str, *, dry_run: bool = False) -> None:
    """Let a configured source be synced soon; `dry_run` makes a plan that waits. NotFoundError: not this employer's."""
    require(actor, Act.SYNC)
    config = installation.sources.get(name)
    with installation.store.begin() as session:
        employer_id = organisation_id(session, config.employer) if config is not None else None
        if employer_id is None or not (actor.is_everywhere or employer_id == actor.employer_id):
            raise NotFoundError("there is no source of that name at this employer", where="source")
        now = installation.clock()
        put_sync_soon(session, name, employer_id, now, dry_run=dry_run)
        record_act(session, actor, "order_sync", f"source:{name}", at=now, employer_id=employer_id)


def order_apply(actor: Actor, installation: Installation, number: int) -> None:
    """Let what a waiting run has planned be written soon: a person's yes. ConflictError when it does not wait, or
    cannot be written as things are."""
    require(actor, Act.SYNC)
    now = installation.clock()
    with installation.store.begin() as session:
        statement = select(SyncRun.state, Source.name, Source.employer_id).join(Source, Source.id == SyncRun.source_id)
        row = session.execute(within(actor, statement.where(SyncRun.id == number))).one_or_none()
        if row is None:
            raise NotFoundError("there is no such run at this employer")
        if row.state != "waits":
            raise ConflictError(f"this run does not wait: it is {row.state}", where=f"run {number}")
        blocked = block_of(session, installation, number)
        if blocked is not None:
            raise blocked
        put_order(session, number, row.name, row.employer_id, actor.account_id, now)
        record_act(session, actor, "allow_run", f"sync_run:{number}", at=now, employer_id=row.employer_id)


def do_apply(actor: Actor, installation: Installation, order: Mapping[str, Any], employer_id: int | None) -> None:
    """Carry out an `APPLY_PLAN` order in the name of who gave it.

    A plan that no longer holds, or cannot be written as things are, stays unwritten, and its run says why: trying it
    again by itself would not help.
    """
    require(actor, Act.SYNC, employer_id=employer_id)
    number = int(order["run"])
    who = Actor(Role.ADMINISTRATOR, employer_id, account_id=order.get("account_id"))
    try:
        apply_plan(who, installation, number)
    except AskUserError as error:
        with installation.store.begin() as session:
            run = session.get_one(SyncRun, number)
            if run.state == "waits":
                run.message = error.sentence()


def put_sync_soon(
    session: Session,
    name: str,
    employer_id: int,
    now: datetime,
    *,
    dry_run: bool = False,
    resources: Iterable[str] = (),
) -> None:
    """Let a source be synced within a minute: once for all that asks for it within half of one. The named resources
    are read whole then, for a person's word may concern a record that has not changed at the source.

    The row lies half a minute ahead at least, so that no sync begins before this transaction is there to be read.
    """
    source_id = session.scalar(select(Source.id).where(Source.name == name))
    if source_id is not None:
        for resource in resources:
            read_whole_next(session, source_id, resource)
    beat = int(now.astimezone(UTC).timestamp()) // _BEAT_SECONDS + 2
    put(
        session,
        DueWork,
        key=f"{SYNC_SOURCE}:{name}:{beat}" + (":plan" if dry_run else ""),
        kind=SYNC_SOURCE,
        payload={"source": name, "dry_run": True} if dry_run else {"source": name},
        due_at=datetime.fromtimestamp(beat * _BEAT_SECONDS, UTC),
        now=now,
        employer_id=employer_id,
    )
