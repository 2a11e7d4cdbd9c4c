"""What the lists of records of a source become here: people, units, requirements of jobs, …"""

from __future__ import annotations

from connector.domain.access import Act, Actor, require
from connector.errors import NotFoundError
from connector.services.installation import Installation
from connector.services.known_sources import resources_of, source_named


def resource_targets(actor: Actor, installation: Installation, source: str) -> dict[str, str]:
    """Resource -> target, as the mapping of the source says today; none when it was never synced or cannot be read."""
    require(actor, Act.READ_RUNS)
    with installation.store.read() as session:
        try:
            row = source_named(session, actor, source)
        except NotFoundError:
            return {}
        found = resources_of(session, installation, row.id)
        return {name: resource.target for name, resource in found.items() if resource.target}
