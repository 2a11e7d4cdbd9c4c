"""Syncing a configured source: the same for the command, the timer, the pages, the API and the demo."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.access import Act, Actor, require
from connector.errors import ConfigurationError, ConflictError, GuardError, NotFoundError
from connector.services.installation import Installation, SourceConfig
from connector.services.linking import reindex
from connector.services.organisations import organisation_id
from connector.services.run_blocks import block_of
from connector.services.source_secrets import SourceTokens
from connector.services.sync_messages import ask_somebody
from connector.sources.opened import open_reader
from connector.store.accounts import Organisation
from connector.store.sync_state import Source, SyncRun
from connector.sync.engine import Progress, Run, SourceInfo, no_progress
from connector.sync.mapping import SystemMapping, kept_mapping, read_mapping
from connector.sync.plan import Mode, take_up
from connector.sync.report import RunReport
from connector.sync.runs import drop_plan, finish, take_source


def run_sync(
    actor: Actor,
    installation: Installation,
    name: str,
    *,
    mode: Mode = Mode.BY_RULE,
    dry_run: bool = False,
    accept: bool = False,
    full: bool = False,
    progress: Progress = no_progress,
) -> RunReport:
    """Sync one source. Errors of connector.errors end it, none half-way.

    A first run, and one after a change of the mapping, stores a plan and waits (`state` is "waits"), as does a
    `dry_run`; `accept` is a person's yes beforehand. GuardError: it would do more than may pass unseen, and waits.
    `full` reads everything, also where the source can tell what has changed.
    """
    require(actor, Act.SYNC)
    config = _configured(installation, name)
    mapping = kept_mapping(installation.mappings.find(config.mapping))
    with installation.store.begin() as session:
        source = _register(session, installation, config, mapping)
    require(actor, Act.SYNC, employer_id=source.employer_id)
    chosen = Mode.PLANNED if dry_run else Mode.ACCEPTED if accept else mode
    run = _run(installation, config, mapping, source, progress, chosen, full)
    try:
        report = run()
    except GuardError:
        ask_somebody(actor, installation, source.id)
        raise
    if report.is_plan:
        ask_somebody(actor, installation, source.id)
    _link(actor, installation, mapping, source, report)
    return report


def apply_plan(actor: Actor, installation: Installation, number: int, *, progress: Progress = no_progress) -> RunReport:
    """Write exactly what a waiting run has planned: a person's yes. ConflictError names what has moved on since, or
    what keeps it from being written as things are."""
    require(actor, Act.SYNC)
    config, mapping, source = _planned(actor, installation, number)
    with installation.store.begin() as session:
        take_source(session, source.id)
        run = session.get_one(SyncRun, number, with_for_update=True)
        take_up(session, run, mapping.digest, installation.clock())
        run.decided_by, run.decided_at = actor.account_id, installation.clock()
    report = _run(installation, config, mapping, source, progress, Mode.ACCEPTED, False).apply_plan(number)
    _link(actor, installation, mapping, source, report)
    return report


def reject_plan(actor: Actor, installation: Installation, number: int) -> None:
    """Throw a waiting run away: a person's no. Nothing of it was written; the next run reads again."""
    require(actor, Act.SYNC)
    _source_of(actor, installation, number)  # it may have gone from the settings since
    with installation.store.begin() as session:
        run = session.get_one(SyncRun, number, with_for_update=True)
        if run.state != "waits":
            raise ConflictError(f"this run does not wait: it is {run.state}", where=f"run {number}")
        finish(run, "rejected", "a person has rejected it", installation.clock())
        run.decided_by, run.decided_at = actor.account_id, installation.clock()
        drop_plan(session, number)


def _planned(actor: Actor, installation: Installation, number: int) -> tuple[SourceConfig, SystemMapping, SourceInfo]:
    name = _source_of(actor, installation, number)
    with installation.store.read() as session:
        blocked = block_of(session, installation, number)
    if blocked is not None:
        raise blocked
    config = _configured(installation, name)
    mapping = read_mapping(installation.mappings.find(config.mapping))
    with installation.store.begin() as session:
        return config, mapping, _register(session, installation, config, mapping)


def _source_of(actor: Actor, installation: Installation, number: int) -> str:
    """The name of the source of a run at the actor's employer."""
    with installation.store.read() as session:
        row = session.execute(
            select(Source.name, Source.employer_id)
            .join(SyncRun, SyncRun.source_id == Source.id)
            .where(SyncRun.id == number)
        ).one_or_none()
    if row is None or not (actor.is_everywhere or row.employer_id == actor.employer_id):
        raise NotFoundError("there is no such run at this employer")
    name: str = row.name
    return name


def _run(
    installation: Installation,
    config: SourceConfig,
    mapping: SystemMapping,
    source: SourceInfo,
    progress: Progress,
    mode: Mode,
    is_full: bool,
) -> Run:
    keeper = SourceTokens(installation, config.connection)
    connection = replace(config.connection, options=mapping.connection, limits=mapping.limits, keeper=keeper)
    reader = open_reader(mapping.protocol, connection, store=installation.store)
    return Run(
        installation.store,
        source,
        mapping,
        reader,
        clock=installation.clock,
        today=installation.today(config.time_zone),
        progress=progress,
        mode=mode,
        is_full=is_full,
    )


def _link(
    actor: Actor, installation: Installation, mapping: SystemMapping, source: SourceInfo, report: RunReport
) -> None:
    """A catalogue is indexed after every run: a process killed in between must not leave its trainings unfindable."""
    if report.is_plan:
        return
    if mapping.kind == "catalogue" or report.totals.read > report.totals.same or report.totals.missing:
        reindex(actor, installation, source.employer_id)


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
    found = select(Source).where(Source.name == config.name)
    row = session.scalar(found)
    if row is None:
        session.execute(select(Organisation.id).where(Organisation.id == employer_id).with_for_update())
        row = session.scalar(found)  # another first run of it may have come in between
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
    led_by = _led_by(session, installation, config)
    return SourceInfo(row.id, row.name, employer_id, config.employer, employer.language, led_by)


def _led_by(session: Session, installation: Installation, config: SourceConfig) -> dict[int, frozenset[str]]:
    """The sources of this employer that stand before this one in the settings, and the fields of people they say.

    Of somebody whom two sources know, each field has one owner: the first source whose mapping has it.
    """
    found: dict[int, frozenset[str]] = {}
    for other in installation.sources.values():
        if other.name == config.name:
            break
        if other.employer != config.employer:
            continue
        source_id = session.scalar(select(Source.id).where(Source.name == other.name))
        if source_id is None:
            continue
        mapping = kept_mapping(installation.mappings.find(other.mapping))
        said = {rule.name for resource in mapping.resources if resource.target == "employee" for rule in resource.rules}
        if said:
            found[source_id] = frozenset(said)
    return found
