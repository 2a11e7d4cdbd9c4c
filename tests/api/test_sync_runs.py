"""Asking for a run over REST, looking at what it would change, and deciding on it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Role
from connector.services.installation import SourceConfig
from connector.services.sync import run_sync
from connector.services.sync_orders import do_apply
from connector.sources.reader import Connection
from connector.store.work import DueWork
from tests.api.conftest import World
from tests.sync.conftest import SHEETS, Workbook


@pytest.fixture
def waiting(world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> int:
    """The number of a plan that waits: two people are new."""
    book = Workbook(tmp_path / "hr", {"mensen": ["1;Ann;Peeters;;;;;;;", "2;Bob;Maes;;;;1;;;"]})
    book.folder.mkdir()
    assert set(book.rows) < set(SHEETS)
    book.write()
    config = SourceConfig(
        "staff", "hr/files", "acme", Connection(name="staff", path=str(book.folder)), "Europe/Brussels"
    )
    installation = dataclasses.replace(world.installation, sources={"staff": config})
    monkeypatch.setitem(world.app.extensions, "pop", installation)
    return run_sync(TIMER, installation, "staff").number


def _post(world: World, path: str, body: Any = None, role: Role = Role.ADMINISTRATOR, **headers: str) -> Any:
    token = world.tokens["acme"][role]
    return world.client.post(f"/api/v1{path}", json=body, headers={"Authorization": f"Bearer {token}", **headers})


def test_a_plan_is_looked_at_and_allowed(world: World, waiting: int) -> None:
    run = world.get(f"/sync-runs/{waiting}").json
    assert (run["state"], run["acts"], run["phase"]) == ("waits", "administrator", "read")
    page = world.get(f"/sync-runs/{waiting}/changes?action=new&resource=employees&pageSize=1").json
    assert (page["total"], len(page["items"])) == (2, 1)
    assert page["items"][0]["name"] == "Ann Peeters"
    assert f"/sync-runs/{waiting}/changes?" in page["next"]
    answer = _post(world, f"/sync-runs/{waiting}/allow")
    assert (answer.status_code, answer.json["id"]) == (202, waiting)
    installation = world.app.extensions["pop"]
    with installation.store.read() as session:
        (row,) = session.scalars(select(DueWork).where(DueWork.kind == "sync.apply")).all()
    do_apply(TIMER, installation, row.payload, row.employer_id)
    assert world.get(f"/sync-runs/{waiting}").json["state"] == "done"
    assert world.get(f"/sync-runs/{waiting}/changes").json["total"] == 2
    again = _post(world, f"/sync-runs/{waiting}/allow")
    assert (again.status_code, again.json["type"]) == (409, "urn:problem-type:pop:conflict")
    assert again.json["detail"] == "This run does not wait: it is done."


def test_a_plan_is_rejected(world: World, waiting: int) -> None:
    answer = _post(world, f"/sync-runs/{waiting}/reject")
    assert (answer.status_code, answer.json["state"]) == (200, "rejected")
    assert world.get(f"/sync-runs/{waiting}/changes").json["total"] == 0
    assert _post(world, f"/sync-runs/{waiting}/reject").status_code == 409


def test_a_run_is_asked_for(world: World, waiting: int) -> None:
    answer = _post(world, "/sync-runs", {"source": "staff", "dryRun": True})
    assert answer.status_code == 202
    assert answer.json == {
        "source": "staff",
        "dryRun": True,
        "runs": "http://pop.example/api/v1/sync-runs?source=staff",
    }
    with world.installation.store.read() as session:
        (row,) = session.scalars(select(DueWork).where(DueWork.kind == "sync.source")).all()
    assert row.payload == {"source": "staff", "dry_run": True}


@pytest.mark.parametrize(
    "body",
    [None, {}, [], "staff", {"source": ""}, {"source": 1}, {"source": "a", "x": 1}, {"source": "a", "dryRun": "?"}],
)
def test_what_does_not_fit_is_told(world: World, waiting: int, body: Any) -> None:
    answer = _post(world, "/sync-runs", body)
    assert answer.status_code == 400
    assert all(issue["in"] == "body" for issue in answer.json.get("issues", []))


def test_a_body_that_is_no_json_or_too_long(world: World) -> None:
    token = world.tokens["acme"][Role.ADMINISTRATOR]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for data, status in ((b"{", 400), (b'"' + b"x" * 2_000_000 + b'"', 413)):
        answer = world.client.post("/api/v1/sync-runs", data=data, headers=headers)
        assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")


def test_a_plan_has_an_etag(world: World, waiting: int) -> None:
    first = world.get(f"/sync-runs/{waiting}/changes")
    again = world.get(f"/sync-runs/{waiting}/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
