"""What the conformance suite shares: a sample as a configured source of an empty installation."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import pytest
import responses

from connector.domain.access import TIMER
from connector.http.limits import Timing
from connector.services import sync
from connector.services.installation import Installation, SourceConfig
from connector.sources.opened import open_reader
from connector.sync.engine import Progress, no_progress
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conformance.sample import Sample

SOURCE = "proef"


@dataclass
class Waits:
    """Takes the place of sleeping: a test that waits finds here how long it would have been."""

    seconds: list[float] = field(default_factory=list)

    def __call__(self, seconds: float) -> None:
        self.seconds.append(seconds)


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> Waits:
    """Readers opened by a sync do not wait between tries."""
    made = Waits()
    monkeypatch.setattr(sync, "open_reader", functools.partial(open_reader, timing=Timing(sleep=made)))
    return made


@pytest.fixture
def network() -> Iterator[responses.RequestsMock]:
    """No call leaves the test: what nobody answers fails."""
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def installed(create_installation: Callable[..., Installation], waits: Waits) -> Callable[[Sample], Installation]:
    def make(sample: Sample) -> Installation:
        name = f"{sample.family}/{sample.name}"
        config = SourceConfig(SOURCE, name, "acme", sample.connection(SOURCE), "Europe/Brussels")
        installation = create_installation(sources={SOURCE: config})
        sample.push(installation, SOURCE)
        return installation

    return make


def run(installation: Installation, progress: Progress = no_progress, *, full: bool = False) -> RunReport:
    return sync.run_sync(TIMER, installation, SOURCE, mode=Mode.ROUTINE, full=full, progress=progress)
