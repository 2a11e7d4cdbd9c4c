"""Which lists of records of a source speak of people."""

from __future__ import annotations

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named


def people_resources(actor: Actor, installation: Installation, source: str) -> frozenset[str]:
    """The resources of the source that become people; none when it was never synced or its mapping cannot be read."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        try:
            row = source_named(session, actor, source)
        except NotFoundError:
            return frozenset()
        found = resources_of(session, installation, row.id)
        return frozenset(name for name, resource in found.items() if resource.target == "employee")
