"""Real HTTP over loopback: a whole sync of each system, and what `pop` says when the system fails."""

from __future__ import annotations

import functools
import json
import logging
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from connector.domain.access import TIMER
from connector.errors import ConfigurationError, CredentialsError, PopError, SourceUnavailableError
from connector.http.limits import Timing
from connector.services import sync
from connector.services.installation import Installation, SourceConfig
from connector.sources.opened import open_reader
from connector.sources.reader import Connection
from tests.conformance.sample import SAMPLES
from tests.replay.host import listening
from tests.replay.installation import pop_with_source
from tests.replay.rows import icehrm_rows, odoo_rows, scim_rows
from tests.replay.systems import LOGIN, Failing, IceHrm, Odoo, Scim, System

Create = Callable[..., Installation]
LOOPBACK = {"allow_http": True, "allow_private": True}
GOOD = [("odoo", 17, 6), ("icehrm", 18, 18), ("scim", 7, 1)]


def recorded_odoo(folder: Path) -> Odoo:
    """Our own sample, written as a recording is."""
    rows: dict[str, list[Any]] = {}
    for line in answers("odoo"):
        args = line["request"]["json"]["params"]["args"]
        if "search_read" in args:
            rows.setdefault(args[3], []).extend(line["answer"]["result"])
    for model, found in rows.items():
        whole = {"model": model, "pages": [{"body": {"result": found}}]}
        (folder / f"{model}.json").write_text(json.dumps(whole), encoding="utf-8")
    return Odoo(odoo_rows(folder))


def recorded_icehrm(folder: Path) -> IceHrm:
    pages = [line for line in answers("icehrm") if line["request"]["query"]["limit"] == "2"]
    found = [{"path": page["request"]["path"].split("/api/")[1], "body": page["answer"]} for page in pages]
    (folder / "all.json").write_text(json.dumps(found), encoding="utf-8")
    return IceHrm(icehrm_rows(folder))


def recorded_scim(folder: Path) -> Scim:
    users = [row for line in answers("scim")[1:] for row in line["answer"]["Resources"]]
    told = {"/Users": {"Resources": users}, "/ServiceProviderConfig": {"filter": {"supported": True}}}
    exchange = [{"method": "GET", "path": path, "status": 200, "body": body} for path, body in told.items()]
    (folder / "exchange.json").write_text(json.dumps(exchange), encoding="utf-8")
    return Scim(*scim_rows(folder))


def answers(name: str) -> Any:
    return json.loads((SAMPLES / "hr" / name / "answers.json").read_text(encoding="utf-8"))


def recorded(name: str, folder: Path) -> System:
    return {"odoo": recorded_odoo, "icehrm": recorded_icehrm, "scim": recorded_scim}[name](folder)


@pytest.fixture(autouse=True)
def no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    timing = Timing(sleep=lambda _: None)
    monkeypatch.setattr(sync, "open_reader", functools.partial(open_reader, timing=timing))


@contextmanager
def installed(create: Create, name: str, system: System, **parts: Any) -> Iterator[Installation]:
    with listening(system) as url:
        values = {"name": name, "url": url, "page_size": 2, **LOOPBACK, **LOGIN, **parts}
        yield create(sources={name: SourceConfig(name, name, "acme", Connection(**values), "Europe/Brussels")})


@pytest.mark.parametrize(("name", "records", "again"), GOOD)
def test_a_sync_over_real_http(
    name: str, records: int, again: int, create_installation: Create, tmp_path: Path
) -> None:
    """The second run asks for changes where it can (`again` records), a third for everything."""
    with installed(create_installation, name, recorded(name, tmp_path)) as installation:
        first = sync.run_sync(TIMER, installation, name, accept=True).totals
        second = sync.run_sync(TIMER, installation, name).totals
        third = sync.run_sync(TIMER, installation, name, full=True).totals
    assert (first.read, first.new) == (records, records)
    assert (second.read, second.same) == (again, again)
    assert (third.read, third.same, third.missing) == (records, records, 0)


@pytest.mark.parametrize(
    ("failing", "parts", "kind", "says"),
    [
        ({}, {"password": "Wrong-Canary-9"}, CredentialsError, "refused"),
        ({"status": 500}, {}, SourceUnavailableError, "the host failed to answer (500)"),
        ({"share": 0.5}, {}, SourceUnavailableError, "the answer was cut off"),
        ({}, {"url": "http://127.0.0.1:{free}"}, SourceUnavailableError, "the host cannot be reached"),
        ({}, {"url": "https://127.0.0.1:{open}"}, ConfigurationError, "no encrypted connection can be made"),
    ],
    ids=["wrong login", "500", "cut off", "unreachable", "not encrypted"],
)
@pytest.mark.parametrize("name", ["odoo", "icehrm", "scim"])
def test_one_sentence_says_what_is_wrong(
    name: str,
    failing: dict[str, Any],
    parts: dict[str, str],
    kind: type[PopError],
    says: str,
    create_installation: Create,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as closed:
        free = closed.getsockname()[1]
    system = Failing(recorded(name, tmp_path), **failing)
    with listening(system) as other:
        ports = {"free": free, "open": other.rpartition(":")[2]}
        places = {key: value.format(**ports) for key, value in parts.items()}
        with installed(create_installation, name, system, **places) as installation, pytest.raises(kind) as caught:
            sync.run_sync(TIMER, installation, name, accept=True)
    sentence = str(caught.value)
    assert sentence.startswith(f"{name}: ")
    assert says in sentence
    assert "\n" not in sentence
    for secret in ("Canary", LOGIN["password"]):
        assert secret not in sentence + caplog.text


def test_the_command_tells_it_on_stderr_and_fails(tmp_path: Path) -> None:
    recording = tmp_path / "recording"
    recording.mkdir()
    with listening(recorded("odoo", recording)) as url:
        pop = pop_with_source(tmp_path, "odoo", url, 2, password="Wrong-Canary-9")
        done = pop("sync", "odoo")
    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("pop: odoo: Odoo refused the login (tried: POST /jsonrpc (log in) on 127.0.0.1:")
    assert "Canary" not in done.err
