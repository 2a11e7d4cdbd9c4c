"""An installation with one source, as each fault needs it: a clock that stands still, short limits."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from connector.domain.access import TIMER
from connector.errors import PopError
from connector.foreign_errors import foreign_errors_as_ours
from connector.http.limits import Limits, Timing
from connector.mapping_files import MappingFolders
from connector.services import sync
from connector.services.installation import EmployerConfig, Installation, SourceConfig
from connector.services.organisations import register_organisations
from connector.sources.opened import open_reader
from connector.sources.reader import Connection
from connector.store.database import Store
from connector.store.sealed import MasterKey
from connector.sync.report import RunReport
from tests.conftest import NOW

SOURCE = "hr"
SHORT = Limits(
    connect_seconds=0.3, silence_seconds=0.4, answer_seconds=0.8, tries=2, wait_seconds=60, body_bytes=2_000_000
)


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its report, or the sentence of its error."""

    report: RunReport | None
    error: PopError | None

    @property
    def how(self) -> str:
        """The kind of its error; `done` or another state of its run."""
        if self.error is not None:
            return type(self.error).__name__
        return self.report.state if self.report else ""


def installation(store: Store, mappings: Path, mapping: str, *, days: int = 0, **connection: Any) -> Installation:
    """`days` moves its clock on."""
    known = {field.name for field in fields(Connection)}
    loopback = {name: True for name in ("allow_http", "allow_private") if name in known}
    config = SourceConfig(SOURCE, mapping, "acme", Connection(SOURCE, **loopback, **connection), "Europe/Brussels")
    found = Installation(
        store=store,
        master_key=MasterKey(bytes(32)),
        clock=lambda: NOW + timedelta(days=days),
        mappings=MappingFolders(mappings),
        sources={SOURCE: config},
        employers={"acme": EmployerConfig("acme", "Wasserij", "employer", "nl", "Europe/Brussels", "BE", "general")},
        base_url="http://pop.example",
    )
    register_organisations(TIMER, found)
    return found


def run(found: Installation, *, accept: bool = False) -> Ended:
    """One sync to its end, whatever that is: an error of ours is an end, anything else is a fault of ours.

    It reads everything: what has gone is not looked for in changes.
    """
    try:
        with foreign_errors_as_ours():
            return Ended(sync.run_sync(TIMER, found, SOURCE, accept=accept, full=True), None)
    except PopError as error:
        return Ended(None, error)


@contextmanager
def short_limits(limits: Limits = SHORT) -> Iterator[None]:
    """No wait between two tries, and little patience with one."""
    timing = Timing(sleep=lambda _: None)
    with patch.object(sync, "open_reader", functools.partial(open_reader, limits=limits, timing=timing)):
        yield
