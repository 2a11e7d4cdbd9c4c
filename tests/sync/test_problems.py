"""Whoever runs a sync is told what was not taken over, and why."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from click.testing import CliRunner

from connector.cli import main
from connector.domain.access import Actor, Role
from connector.errors import NotAllowedError
from connector.services.installation import Installation
from connector.services.quarantine import list_quarantine
from connector.store.accounts import Organisation
from connector.store.database import Store
from connector.store.sealed import MasterKey
from connector.sync.report import RunReport
from tests.sync.conftest import Workbook

Sync = Callable[..., RunReport]


def test_run_and_dry_run_say_which_record_is_wrong_and_why(sync_hr: Sync, workbook: Workbook) -> None:
    workbook.rows["mensen"].append("4;Geheim;Persoon;;groen;ploegbaas;1;31/02/2026;;100")
    workbook.write()
    expected = ["employees 4: hired_on: must be a date that exists"]
    assert [problem.sentence for problem in sync_hr(dry_run=True).problems] == expected
    assert [problem.sentence for problem in sync_hr().problems] == expected


def test_a_supervisor_who_is_not_there_is_told_and_the_person_is_taken_over(sync_hr: Sync, workbook: Workbook) -> None:
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;Alice;15/03/2024;;80"
    workbook.write()
    report = sync_hr()
    assert report.resources["employees"].new == 3
    assert [problem.sentence for problem in report.problems] == [
        "employees 2: supervisor: names an employee that was not read; the record's own key is needed"
    ]
    assert [problem.field for problem in sync_hr().problems] == ["supervisor"]


def test_who_is_missing_is_named(sync_hr: Sync, workbook: Workbook) -> None:
    sync_hr()
    workbook.rows["mensen"].pop()
    workbook.write()
    for report in (sync_hr(dry_run=True), sync_hr()):
        assert [(change.key, change.action) for change in report.changes if change.resource == "employees"] == [
            ("3", "missing")
        ]


def test_quarantine_is_seen_by_who_may_and_only_at_the_own_employer(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"].append("4;Geheim;Persoon;;groen;ploegbaas;1;31/02/2026;;100")
    workbook.write()
    sync_hr()
    installation = files_installation
    (entry,) = list_quarantine(Actor(Role.HR, 1), installation).items
    assert (entry.source, entry.key, entry.field, entry.times) == ("hr", "4", "hired_on", 1)
    assert list_quarantine(Actor(Role.HR, 2), installation).items == ()
    assert list_quarantine(Actor(Role.ADMINISTRATOR, None), installation, source="other").items == ()
    with pytest.raises(NotAllowedError):
        list_quarantine(Actor(Role.EMPLOYEE, 1), installation)


def test_the_command_tells_it(sqlite_store: Store, workbook: Workbook) -> None:
    workbook.rows["mensen"].append("4;Geheim;Persoon;;groen;ploegbaas;1;31/02/2026;;100")
    workbook.write()
    folder = workbook.folder.parent
    with sqlite_store.begin() as session:
        session.add(Organisation(code="acme", name="Acme", kind="employer"))
    MasterKey.create(folder / "master.key")
    (folder / "config.toml").write_text(
        f'[database]\nurl = "{sqlite_store.url}"\n[organisations.acme]\nname = "Acme"\n'
        '[sources.hr]\nmapping = "hr/files"\nemployer = "acme"\npath = "hr"\n',
        encoding="utf-8",
    )
    pop = CliRunner()
    told = pop.invoke(main, ["--config", str(folder / "config.toml"), "sync", "hr"])
    assert told.exit_code == 2  # a first run is a plan that waits
    assert "employees 4: hired_on (in dienst): must be a date that exists" in told.output
    assert "pop sync apply 1" in told.output
    assert pop.invoke(main, ["--config", str(folder / "config.toml"), "sync", "apply", "1"]).exit_code == 0
    listed = pop.invoke(main, ["--config", str(folder / "config.toml"), "quarantine", "--json"])
    assert json.loads(listed.output)["problems"][0]["reason"] == "must be a date that exists"
    assert "Geheim" not in told.output + listed.output
