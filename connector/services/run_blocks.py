"""Why a plan that waits cannot be written as things are: its mapping cannot be read, or its source was taken out."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConflictError, MappingError
from connector.services.installation import Installation
from connector.services.known_sources import within
from connector.services.told import Told
from connector.services.told_stops import STOPS
from connector.store.sync_state import Source, SyncRun
from connector.sync.mapping import read_mapping

_GONE = "this source is no longer in the settings, so this plan cannot be written"
_BROKEN = "the mapping of this source cannot be read, so this plan cannot be written"


def block_of(session: Session, installation: Installation, number: int) -> ConflictError | None:
    """What keeps the plan of this run from being written, as an error for whoever says yes; None: nothing does."""
    statement = select(Source.name).join(SyncRun, SyncRun.source_id == Source.id).where(SyncRun.id == number)
    config = installation.sources.get(session.scalars(statement).one())
    reject = f"or throw the plan away: `pop sync reject {number}`."
    if config is None:
        return ConflictError(_GONE, where=f"run {number}", todo=f"Put it back, {reject}")
    try:
        read_mapping(installation.mappings.find(config.mapping))
    except MappingError as error:
        todo = f"Mend it (`pop mapping check {config.mapping}` says what is wrong), {reject}"
        return ConflictError(_BROKEN, where=f"run {number}", tried=error.sentence(), todo=todo)
    return None


def find_block(actor: Actor, installation: Installation, number: int) -> Told | None:
    """The same in the actor's language; None, too, when there is no such run at this employer or it does not wait."""
    require(actor, Act.READ_RUNS)
    statement = select(SyncRun.state).join(Source, Source.id == SyncRun.source_id).where(SyncRun.id == number)
    with installation.store.read() as session:
        if session.scalar(within(actor, statement)) != "waits":
            return None
        found = block_of(session, installation, number)
    return STOPS.whole(found.what, actor.language) if found is not None else None
