"""Syncing a configured source: the same for the command, the timer, the API and the demo."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConfigurationError
from connector.services.installation import Installation, SourceConfig
from connector.services.linking import reindex
from connector.services.organisations import organisation_id
from connector.sources.opened import open_reader
from connector.store.sync_state import Source
from connector.sync.engine import Progress, Run, SourceInfo, no_progress
from connector.sync.mapping import SystemMapping, read_mapping
from connector.sync.preview import preview
from connector.sync.report import RunReport


def run_sync(
    actor: Actor,
    installation: Installation,
    name: str,
    *,
    dry_run: bool = False,
    accept: bool = False,
    progress: Progress = no_progress,
) -> RunReport:
    """Sync one source, or only show what a sync would do. Errors of connector.errors end it, none half-way.

    `accept` is a person's yes to what the guard would stop: many new, or many missing, at once.
    """
    require(actor, Act.SYNC)
    config = _configured(installation, name)
    mapping = read_mapping(installation.mappings.find(config.mapping))
    with installation.store.begin() as session:
        source = _register(session, installation, config, mapping)
    require(actor, Act.SYNC, employer_id=source.employer_id)
    reader = open_reader(mapping.protocol, replace(config.connection, options=mapping.connection))
    if dry_run:
        return preview(installation.store, source, mapping, reader, progress=progress)
    run = Run(
        installation.store,
        source,
        mapping,
        reader,
        clock=installation.clock,
        today=installation.today(config.time_zone),
        progress=progress,
        is_accepted=accept,
    )
    report = run()
    # A catalogue is indexed after every run: a process killed in between must not leave its trainings unfindable.
    if mapping.kind == "catalogue" or report.totals.read > report.totals.same or report.totals.missing:
        reindex(actor, installation, source.employer_id)
    return report


def _configured(installation: Installation, name: str) -> SourceConfig:
    config = installation.sources.get(name)
    if config is None:
        raise ConfigurationError(
            "there is no such source",
            where=f"sources.{name}",
            todo=f"Configured are: {', '.join(installation.sources) or 'none'}.",
        )
    return config


def _register(session: Session, installation: Installation, config: SourceConfig, mapping: SystemMapping) -> SourceInfo:
    employer = installation.employers[config.employer]
    employer_id = organisation_id(session, config.employer)
    row = session.scalar(select(Source).where(Source.name == config.name))
    if row is None:
        row = Source(name=config.name, employer_id=employer_id)
        session.add(row)
    elif row.employer_id != employer_id:
        raise ConfigurationError(
            "this source has synced for another employer before",
            where=f"sources.{config.name}.employer",
            todo="Give the new source another name: what was read stays where it belongs.",
        )
    row.mapping, row.kind = mapping.name, mapping.kind
    session.flush()  # its id
    return SourceInfo(row.id, row.name, employer_id, config.employer, employer.language)
