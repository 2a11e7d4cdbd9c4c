"""What every HTTP mapping says when the other side fails: the right error, one sentence, no secret, nothing lost."""

from __future__ import annotations

import logging
from base64 import b64encode
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests
import responses
from requests import PreparedRequest
from sqlalchemy import select

from connector.errors import (
    CredentialsError,
    PopError,
    ResourceRefusedError,
    SourceUnavailableError,
    ThrottledError,
)
from connector.store.sync_state import SyncRun
from tests.conformance.conftest import SOURCE, Waits, run
from tests.conformance.sample import PASSWORD, Reply, player_of
from tests.conformance.test_mappings import HTTP, Make, Sample, golden_of, mapped_records

PRIVATE = "Trace of Mevrouw Geheim"


def status(code: int, **headers: str) -> Callable[[PreparedRequest], Reply]:
    """A failing host that repeats everything it was told, as debug pages do."""

    def reply(request: PreparedRequest) -> Reply:
        told = f"{PRIVATE} {request.url} {request.headers} {request.body!r} {PASSWORD}"
        return code, {name.replace("_", "-"): value for name, value in headers.items()}, told

    return reply


def raising(error: requests.RequestException) -> Callable[[PreparedRequest], Reply]:
    def reply(request: PreparedRequest) -> Reply:
        raise error

    return reply


def cut_off(request: PreparedRequest) -> Reply:
    return 200, {"Content-Type": "application/json"}, f'{{"data": [{{"id": 1, "note": "{PRIVATE} {PASSWORD}'


@dataclass(frozen=True)
class Failure:
    name: str
    reply: Callable[[PreparedRequest], Reply]
    error: type[PopError]
    tries: int
    says: str


FAILURES = [
    Failure("401", status(401), CredentialsError, 1, "the login was refused (401)"),
    Failure("403", status(403), ResourceRefusedError, 1, "this login may not read this (403)"),
    Failure("429", status(429, Retry_After="7"), ThrottledError, 18, "the host asks for fewer calls (429)"),
    Failure("500", status(500), SourceUnavailableError, 1, "the host failed to answer (500)"),
    Failure("503", status(503), SourceUnavailableError, 4, "the host failed to answer (503)"),
    Failure("timeout", raising(requests.ReadTimeout(PASSWORD)), SourceUnavailableError, 4, "the host fell silent"),
    Failure("refused", raising(requests.ConnectionError(PASSWORD)), SourceUnavailableError, 4, "cannot be reached"),
    Failure("truncated", cut_off, SourceUnavailableError, 4, "the answer was cut off"),
]


@pytest.mark.parametrize("at_the_end", [False, True], ids=["from the first call", "at the last call"])
@pytest.mark.parametrize("failure", FAILURES, ids=lambda failure: failure.name)
@pytest.mark.parametrize("sample", HTTP, ids=lambda sample: f"{sample.family}/{sample.name}")
def test_a_failure_is_one_sentence_and_the_next_run_mends_it(
    sample: Sample,
    failure: Failure,
    at_the_end: bool,
    installed: Make,
    waits: Waits,
    network: responses.RequestsMock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    is_polite = sample.mapping.protocol == "jsonld"  # it also waits between two pages
    if is_polite and failure.name == "truncated":
        pytest.skip("nothing in a web page says where it ends; one that breaks off on the wire is an error of its own")
    caplog.set_level(logging.DEBUG)
    installation = installed(sample)
    player = player_of(sample)
    player.broken, player.breaks_from = failure.reply, len(player.lines) - 1 if at_the_end else 0
    player.listen(network)

    with pytest.raises(failure.error) as caught:
        run(installation)

    sentence = str(caught.value)
    assert type(caught.value) is failure.error
    assert sentence.startswith(f"{SOURCE}: ")
    assert failure.says in sentence
    assert "\n" not in sentence
    assert is_polite or len(waits.seconds) == failure.tries - 1
    if failure.name == "429":
        assert waits.seconds.count(7) == 17  # as long as it asks, two minutes in all
    with installation.store.read() as session:
        kept = session.scalars(select(SyncRun)).one()
        assert (kept.state, kept.message) == ("failed", sentence)
    database = installation.store.engine.url.database or ""
    for told in (sentence, caplog.text, Path(database).read_bytes().decode("latin-1")):
        assert_no_secret(told)

    player.broken = None
    assert run(installation).state == "done"
    assert mapped_records(installation) == golden_of(sample, {})


def assert_no_secret(text: str) -> None:
    for secret in (PASSWORD, b64encode(PASSWORD.encode()).decode(), PRIVATE):
        assert secret not in text
