"""A configured source, opened for the tools of its mapping: nothing is registered and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date

from connector.domain.access import Act, Actor, require
from connector.errors import ConfigurationError
from connector.services.installation import Installation, SourceConfig
from connector.services.organisations import organisation_id
from connector.services.source_secrets import SourceTokens
from connector.sources.opened import open_reader
from connector.sources.reader import Reader
from connector.sync.mapping import SystemMapping, read_mapping


@dataclass(frozen=True, slots=True)
class OpenedSource:
    """A source with its mapping and a reader that has logged in; `today` is the day at its employer."""

    config: SourceConfig
    mapping: SystemMapping
    reader: Reader
    today: date


@contextmanager
def opened_source(actor: Actor, installation: Installation, name: str) -> Iterator[OpenedSource]:
    """Open a source that this actor may sync; it is closed at the end."""
    require(actor, Act.SYNC)
    config = installation.sources.get(name)
    if config is None:
        raise ConfigurationError(
            "there is no such source",
            where=f"sources.{name}",
            todo=f"Configured are: {', '.join(installation.sources) or 'none'}.",
        )
    with installation.store.read() as session:
        require(actor, Act.SYNC, employer_id=organisation_id(session, config.employer))
    mapping = read_mapping(installation.mappings.find(config.mapping))
    keeper = SourceTokens(installation, config.connection)
    connection = replace(config.connection, options=mapping.connection, limits=mapping.limits, keeper=keeper)
    reader = open_reader(mapping.protocol, connection, store=installation.store)
    try:
        reader.check()
        yield OpenedSource(config, mapping, reader, installation.today(config.time_zone))
    finally:
        reader.close()
