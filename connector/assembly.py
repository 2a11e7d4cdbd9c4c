"""Puts the parts together from the settings: used by app.py, the `pop` command and `python -m jobs`, nobody else."""

from __future__ import annotations

from connector.domain.access import TIMER
from connector.mapping_files import MappingFolders
from connector.services.installation import (
    Clock,
    EmployerConfig,
    Installation,
    SourceConfig,
    system_clock,
)
from connector.services.organisations import register_organisations
from connector.services.owner_keys import check_master_key, has_anything_sealed
from connector.settings import Settings, SourceSettings
from connector.sources.reader import Connection
from connector.store.database import Store
from connector.store.migrate import check_version, upgrade
from connector.store.sealed import MasterKey


def open_installation(settings: Settings, clock: Clock = system_clock) -> Installation:
    """An installation on a database that has this release's schema and this master key (else an error)."""
    store = Store(_absolute(settings))
    check_version(store)
    key = MasterKey.load(settings.security.master_key_file)
    with store.read() as session:
        check_master_key(session, key)
    return _installation(settings, store, key, clock)


def prepare_installation(settings: Settings, clock: Clock = system_clock) -> Installation:
    """The same, after making what is missing: the newest schema, the organisations, and the master key of a database
    that has nothing sealed yet."""
    store = Store(_absolute(settings))
    upgrade(store)
    path = settings.security.master_key_file
    with store.read() as session:
        is_new = not path.exists() and not has_anything_sealed(session)
        key = MasterKey.create(path) if is_new else MasterKey.load(path)
        check_master_key(session, key)
    installation = _installation(settings, store, key, clock)
    register_organisations(TIMER, installation)
    return installation


def _absolute(settings: Settings) -> str:
    """A relative SQLite path starts, like every other path, at the folder of the configuration file."""
    prefix, url = "sqlite:///", settings.database.url
    if url.startswith(prefix) and not url.startswith(prefix + "/"):
        return f"{prefix}{settings.folder / url.removeprefix(prefix)}"
    return url


def _installation(settings: Settings, store: Store, key: MasterKey, clock: Clock) -> Installation:
    return Installation(
        store=store,
        master_key=key,
        clock=clock,
        mappings=MappingFolders(settings.mappings.folder),
        sources={name: _source(name, source) for name, source in settings.sources.items()},
        employers={
            code: EmployerConfig(
                code=code,
                name=row.name,
                kind=row.kind,
                language=row.language,
                time_zone=row.time_zone,
                country=row.country,
                cycle=row.cycle,
            )
            for code, row in settings.organisations.items()
        },
        base_url=settings.server.base_url.rstrip("/"),
    )


def _source(name: str, settings: SourceSettings) -> SourceConfig:
    connection = Connection(
        name=name,
        url=settings.url,
        path=str(settings.path) if settings.path else None,
        database=settings.database,
        user=settings.user,
        password=settings.password,
        page_size=settings.page_size,
        client_id=settings.client_id,
        client_secret=settings.client_secret,
        token_url=settings.token_url,
        scope=settings.scope,
        refresh_token=settings.refresh_token,
        company=settings.company,
        allow_http=settings.allow_http,
        allow_private=settings.allow_private,
        allow_redirects=settings.allow_redirects,
        calls_per_minute=settings.calls_per_minute,
        host_key=settings.host_key,
        private_key_file=str(settings.private_key_file) if settings.private_key_file else None,
    )
    webhook_secrets = tuple((settings.webhook_secret or "").split())
    return SourceConfig(
        name,
        settings.mapping,
        settings.employer,
        connection,
        settings.time_zone,
        webhook_secrets=webhook_secrets,
        write_back=settings.write_back,
        write_folder=str(settings.write_folder) if settings.write_folder else None,
        credential_expires_on=settings.credential_expires_on,
        paused=settings.paused,
    )
