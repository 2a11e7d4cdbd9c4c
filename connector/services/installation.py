"""The parts that every service works with, put together once by connector.assembly."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from connector.mapping_files import MappingFolders
from connector.sources.reader import Connection
from connector.store.database import Store
from connector.store.sealed import MasterKey

Clock = Callable[[], datetime]


def system_clock() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SourceConfig:
    """One configured source: which mapping reads it, for which employer, and how to reach it."""

    name: str
    mapping: str
    employer: str
    connection: Connection
    time_zone: str
    webhook_secrets: tuple[str, ...] = field(default=(), repr=False)
    credential_expires_on: date | None = None
    paused: bool = False  # not read by the clock; somebody can still sync it
    write_back: bool = False
    write_folder: str | None = None


@dataclass(frozen=True, slots=True)
class EmployerConfig:
    """What the operator set for one organisation."""

    code: str
    name: str
    kind: str
    language: str
    time_zone: str
    country: str
    cycle: str


@dataclass(frozen=True, slots=True)
class Installation:
    """One running product: its database, its keys, its clock, its mapping files, its sources and organisations."""

    store: Store
    master_key: MasterKey
    clock: Clock
    mappings: MappingFolders
    sources: Mapping[str, SourceConfig]
    employers: Mapping[str, EmployerConfig]
    base_url: str

    def today(self, time_zone: str = "Europe/Brussels") -> date:
        """The day it is now at the employer."""
        return self.clock().astimezone(ZoneInfo(time_zone)).date()
