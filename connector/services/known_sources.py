"""The sources that an actor may see, as the database knows them, and their mappings as the settings name them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from connector.domain.access import Actor
from connector.errors import MappingError, NotFoundError
from connector.services.installation import Installation
from connector.store.sync_state import Source
from connector.sync.mapping import Resource, SystemMapping, read_mapping


def within(actor: Actor, statement: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The same statement, which reads `Source`, bounded to the actor's employer."""
    return statement if actor.is_everywhere else statement.where(Source.employer_id == actor.employer_id)


def source_named(session: Session, actor: Actor, name: str) -> Source:
    """The source of this name at the actor's employer. NotFoundError when it has never been synced, too."""
    found: Source | None = session.scalar(within(actor, select(Source).where(Source.name == name)))
    if found is None:
        raise NotFoundError("there is no source of that name that was ever synced", where=name)
    return found


def mapping_of(session: Session, installation: Installation, source_id: int) -> SystemMapping | None:
    """The mapping with which the source would be read today; None when it cannot be: taken out, or a mistake in it."""
    config = installation.sources.get(session.get_one(Source, source_id).name)
    if config is None:
        return None
    try:
        return read_mapping(installation.mappings.find(config.mapping))
    except MappingError:
        return None


def resources_of(session: Session, installation: Installation, source_id: int) -> dict[str, Resource]:
    """The resources of the source that become something, by name; none when its mapping cannot be read."""
    mapping = mapping_of(session, installation, source_id)
    return {resource.name: resource for resource in mapping.resources if resource.target} if mapping else {}
