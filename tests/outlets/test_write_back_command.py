"""`pop write-back`: what waits, what was written, and what may be tried again."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from connector.cli import main
from connector.store.database import Store
from connector.store.sealed import MasterKey
from tests.outlets.conftest import Office
from tests.outlets.odoo_that_keeps import LOGIN

Command = Callable[..., tuple[int, str]]


@pytest.fixture
def store(sqlite_store: Store) -> Store:
    """The command opens the database of the settings: one is enough."""
    return sqlite_store


@pytest.fixture
def pop(office: Office, tmp_path: Path) -> Command:
    """The command, with the settings of the office; gives exit code and output."""
    url = office.installation.sources["hr"].connection.url
    MasterKey.create(tmp_path / "master.key")
    (tmp_path / "config.toml").write_text(
        f"""
[database]
url = "{office.installation.store.engine.url.render_as_string(hide_password=False)}"
[organisations.acme]
name = "Acme"
[sources.hr]
mapping = "hr/odoo"
employer = "acme"
url = "{url}"
database = "{LOGIN[0]}"
user = "{LOGIN[1]}"
password = "{LOGIN[2]}"
allow_http = true
allow_private = true
write_back = true
""",
        encoding="utf-8",
    )

    def run(*args: str) -> tuple[int, str]:
        result = CliRunner().invoke(main, ["--config", str(tmp_path / "config.toml"), *args])
        return result.exit_code, result.output

    return run


def test_a_dry_run_tells_each_call_and_no_secret(office: Office, pop: Command) -> None:
    office.plan()
    code, output = pop("write-back", "hr", "--dry-run", "--json")
    (shown,) = json.loads(output)
    assert code == 0
    assert (shown["event"], shown["act"]) == ("conversation.planned", "create: create of calendar.event")
    assert shown["values"]["name"] == "Gesprek"
    assert LOGIN[2] not in output
    assert office.odoo.writes == []
    assert "calendar.event" in pop("write-back", "hr", "--dry-run")[1]


def test_what_was_written_is_listed(office: Office, pop: Command) -> None:
    assert pop("write-back", "list") == (0, "Nothing is there.\n")
    office.plan()
    office.send()
    (written,) = json.loads(pop("write-back", "list", "--json")[1])
    assert (written["source"], written["record"], written["their_id"]) == ("hr", "conversation", "1001")
    assert "1001" in pop("write-back", "list")[1]


def test_what_is_parked_is_told_and_tried_again(office: Office, pop: Command) -> None:
    office.odoo.is_open = False
    office.plan()
    office.send()
    code, output = pop("write-back", "hr", "--dry-run", "--json")
    assert (code, json.loads(output)[0]["state"]) == (2, "parked")
    assert "Odoo refused the login" in json.loads(output)[0]["reason"]
    assert pop("write-back", "hr", "--retry") == (0, "Tried again: 1.\n")
    assert pop("write-back", "hr", "--dry-run", "--json")[0] == 0


@pytest.mark.parametrize("args", [["hr"], ["hr", "--dry-run", "--retry"], ["nowhere", "--dry-run"]])
def test_a_command_that_says_nothing_clear_is_refused(pop: Command, args: list[Any]) -> None:
    assert pop("write-back", *args)[0] in (1, 2)
