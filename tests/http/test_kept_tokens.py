"""Refresh tokens that rotate: kept from run to run, sealed, until the operator sets another first one."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from connector.assembly import open_installation, prepare_installation
from connector.domain.access import TIMER
from connector.errors import ConfigurationError, StoreError
from connector.mapping_files import MappingFolders
from connector.services.installation import Installation, SourceConfig
from connector.services.mapping_sources import opened_source
from connector.services.source_secrets import SourceTokens
from connector.settings_file import load
from connector.sources.reader import Connection, ResourceRequest
from connector.store.database import Store
from connector.store.sealed import MasterKey
from connector.store.source_secret import SourceSecret
from tests.http.login_host import LoginHost, answering

FIRST = "Refresh-Canary-1"
MAPPING = """
title = "A system whose refresh token rotates"
kind = "hr"
protocol = "rest"
grade = "paper"
[connection]
auth = { kind = "oauth2_refresh_token", token_url = "token" }
[resources.people]
target = "employee"
key = "id"
read = { path = "people" }
[resources.people.fields]
display_name = { path = "id", convert = "text" }
status = { value = "active" }
"""


class RotatingHost(LoginHost):
    """Takes each refresh token once and gives the next one; `takes` is the one that is good now."""

    takes = FIRST

    def token(self, headers: dict[str, str], body: dict[str, Any]) -> tuple[int, Any]:
        if body["refresh_token"] != self.takes:
            return 400, {"error": "invalid_grant"}
        count = len(self.forms)
        self.takes = f"Refresh-Canary-{count + 1}"
        self.good = {f"Bearer Access-Canary-{count}"}
        return 200, {"access_token": f"Access-Canary-{count}", "refresh_token": self.takes}

    @property
    def tried(self) -> list[str]:
        return [form["refresh_token"] for form in self.forms]


@pytest.fixture
def host() -> Iterator[RotatingHost]:
    made = RotatingHost()
    with answering(made):
        yield made


@pytest.fixture
def mappings(tmp_path: Path) -> Path:
    folder = tmp_path / "mappings"
    (folder / "hr").mkdir(parents=True)
    (folder / "hr" / "rotating.toml").write_text(MAPPING, encoding="utf-8")
    return folder


@pytest.fixture
def settings_file(tmp_path: Path, mappings: Path, host: RotatingHost) -> Path:
    path = tmp_path / "config.toml"
    path.write_text(
        f"""
[mappings]
folder = "{mappings}"
[organisations.acme]
name = "Maatwerk De Schakel"
[sources.hr]
mapping = "hr/rotating"
employer = "acme"
url = "{host.url}"
client_id = "pop"
client_secret = "Secret-Canary"
refresh_token_file = "refresh.key"
allow_http = true
allow_private = true
""",
        encoding="utf-8",
    )
    (tmp_path / "refresh.key").write_text(FIRST, encoding="utf-8")
    prepare_installation(load(path, {})).store.close()
    return path


def pop_sync(settings_file: Path) -> dict[str, Any]:
    """`pop sync hr` in a process of its own; what it says."""
    words = ["--config", str(settings_file), "sync", "hr", "--accept", "--json"]
    command = [sys.executable, "-c", "from connector.cli import main; main()", *words]
    done = subprocess.run(command, check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "Canary" not in done.stdout + done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_token_that_rotates_serves_three_runs_in_three_processes_and_no_dump_has_it(
    settings_file: Path, host: RotatingHost
) -> None:
    for _ in range(3):
        assert pop_sync(settings_file)["state"] == "done"
    assert host.tried == ["Refresh-Canary-1", "Refresh-Canary-2", "Refresh-Canary-3"]
    files = list(settings_file.parent.glob("pop.sqlite3*"))
    assert files
    assert not any(b"Canary" in file.read_bytes() for file in files)


def test_another_first_token_in_the_settings_wins_again(settings_file: Path, host: RotatingHost) -> None:
    pop_sync(settings_file)
    host.takes = "Renewed-Canary"  # whoever consented anew got this one; the system made the others void
    (settings_file.parent / "refresh.key").write_text(host.takes, encoding="utf-8")
    pop_sync(settings_file)
    pop_sync(settings_file)
    assert host.tried == [FIRST, "Renewed-Canary", "Refresh-Canary-3"]


def test_the_tools_of_a_mapping_keep_it_too(
    create_installation: Callable[..., Installation], mappings: Path, host: RotatingHost
) -> None:
    connection = Connection(
        "hr", url=host.url, client_id="pop", refresh_token=FIRST, allow_http=True, allow_private=True
    )
    source = SourceConfig("hr", "hr/rotating", "acme", connection, "Europe/Brussels")
    installation = create_installation(mappings=MappingFolders(mappings), sources={"hr": source})
    for _ in range(2):
        with opened_source(TIMER, installation, "hr") as opened:
            people = opened.mapping.resources[0]
            assert list(opened.reader.pages(ResourceRequest(people.name, people.read)))
    assert host.tried == ["Refresh-Canary-1", "Refresh-Canary-2"]


class TestOnBothDatabases:
    @pytest.fixture(params=["sqlite_store", "postgresql_store"])
    def store(self, request: pytest.FixtureRequest) -> Store:
        opened: Store = request.getfixturevalue(request.param)
        return opened

    @pytest.fixture
    def tokens(self, installation: Installation) -> Callable[[str | None], SourceTokens]:
        """A keeper as of a settings file with this first token."""
        return lambda first: SourceTokens(installation, Connection("hr", refresh_token=first))

    def test_the_newest_is_found_again(self, tokens: Callable[[str | None], SourceTokens]) -> None:
        assert tokens("first").load("hr") is None
        tokens("first").keep("hr", "second")
        tokens("first").keep("hr", "third")
        assert tokens("first").load("hr") == "third"
        assert tokens("first").load("other") is None

    def test_a_first_one_that_was_taken_out_of_the_settings_is_still_known(
        self, tokens: Callable[[str | None], SourceTokens]
    ) -> None:
        tokens("first").keep("hr", "second")
        assert tokens(None).load("hr") == "second"
        tokens(None).keep("hr", "third")
        assert tokens("first").load("hr") == "third"
        assert tokens("another").load("hr") is None

    def test_it_opens_only_for_its_own_source_with_its_own_key(
        self, tokens: Callable[[str | None], SourceTokens], installation: Installation
    ) -> None:
        tokens("first").keep("hr", "second")
        other = SourceTokens(replace(installation, master_key=MasterKey(b"x" * 32)), Connection("hr"))
        with pytest.raises(StoreError, match="does not open with this key"):
            other.load("hr")
        with installation.store.begin() as session:
            session.execute(update(SourceSecret).values(source="stolen"))
        with pytest.raises(StoreError, match="does not open with this key"):
            tokens("first").load("stolen")

    def test_what_is_kept_shows_neither_the_token_nor_the_first_one(
        self, tokens: Callable[[str | None], SourceTokens], installation: Installation
    ) -> None:
        tokens("first-Canary").keep("hr", "second-Canary")
        with installation.store.read() as session:
            row = session.scalars(select(SourceSecret)).one()
            assert b"Canary" not in row.sealed.data
            assert "Canary" not in repr(vars(row))


def test_the_master_key_is_missed_where_only_a_token_is_sealed(settings_file: Path) -> None:
    settings = load(settings_file, {})
    installation = open_installation(settings)
    SourceTokens(installation, installation.sources["hr"].connection).keep("hr", "second")
    installation.store.close()
    key = settings.security.master_key_file
    right = key.read_text()
    key.write_text("ab" * 32)
    with pytest.raises(ConfigurationError, match="does not belong to this database"):
        open_installation(settings)
    key.unlink()
    with pytest.raises(ConfigurationError, match="Put its copy back"):
        prepare_installation(settings)
    key.write_text(right)
    open_installation(settings).store.close()
