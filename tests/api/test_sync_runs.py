"""Asking for a run over REST, looking at what it would change, and deciding on it."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Role
from connector.mapping_files import MappingFolders
from connector.services.installation import SourceConfig
from connector.services.sync import run_sync
from connector.services.sync_orders import do_apply
from connector.sources.reader import Connection
from connector.store.sync_state import SyncRun
from connector.store.work import DueWork
from tests.api.conftest import World, create_problem
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


def test_a_body_that_is_nested_beyond_every_stack(world: World) -> None:
    token = world.tokens["acme"][Role.ADMINISTRATOR]
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    assert world.client.post("/api/v1/sync-runs", data=b"[" * 200_000, headers=headers).status_code == 400


def test_a_plan_has_an_etag(world: World, waiting: int) -> None:
    first = world.get(f"/sync-runs/{waiting}/changes")
    again = world.get(f"/sync-runs/{waiting}/changes", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304


def test_a_yes_shows_until_the_run_is_written(world: World, waiting: int) -> None:
    assert "order" not in world.get(f"/sync-runs/{waiting}").json
    answer = _post(world, f"/sync-runs/{waiting}/allow")
    assert (answer.json["state"], answer.json["acts"]) == ("waits", "nobody")
    assert answer.json["order"] == {"at": "2026-11-23T09:00:00+00:00"}


def test_a_plan_whose_mapping_is_broken_says_so_and_can_be_rejected(
    world: World, waiting: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "own" / "hr"
    folder.mkdir(parents=True)
    (folder / "files.toml").write_text("title = [", encoding="utf-8")
    broken = dataclasses.replace(world.app.extensions["pop"], mappings=MappingFolders(folder.parent))
    monkeypatch.setitem(world.app.extensions, "pop", broken)
    answer = _post(world, f"/sync-runs/{waiting}/allow")
    assert (answer.status_code, answer.json["type"]) == (409, "urn:problem-type:pop:conflict")
    assert answer.json["detail"] == "The mapping of this source cannot be read, so this plan cannot be written."
    do_apply(TIMER, broken, {"run": waiting}, 1)  # it broke after the yes
    told = world.get(f"/sync-runs/{waiting}", headers={"Accept-Language": "en"}).json["told"]
    assert told["code"] == "mapping_broken"
    assert told["words"].startswith("The mapping of this source is not right")
    assert _post(world, f"/sync-runs/{waiting}/reject").json["state"] == "rejected"


def test_what_is_said_has_a_code_and_the_words_of_the_caller(world: World, waiting: int) -> None:
    words = {
        language: world.get(f"/sync-runs/{waiting}", headers={"Accept-Language": language}).json["told"]
        for language in ("nl", "en", "fr")
    }
    assert {told["code"] for told in words.values()} == {"plan"}
    assert words["nl"]["words"] == "Dit is een plan. Er is niets gewijzigd."
    assert len({told["words"] for told in words.values()}) == 3


def test_quarantine_is_read_by_source_and_reason(world: World) -> None:
    ids = world.ids["acme"]
    with world.installation.store.begin() as session:
        source_id = session.get_one(SyncRun, ids["sync-runs"]).source_id
        dated = create_problem(source_id, ids["sync-runs"], "10")
        dated.field, dated.reason = "hired_on", "must be a date from 1900 on"
        session.add(dated)
    (found,) = world.get("/quarantine?reason=date_too_early", headers={"Accept-Language": "fr"}).json["items"]
    assert (found["key"], found["field"]) == ("10", "hired_on")
    assert found["reasons"] == [
        {"code": "date_too_early", "facts": {"year": "1900"}, "words": "Cette date est avant 1900."}
    ]
    page = world.get("/quarantine?pageSize=1&source=files-acme").json
    assert (page["total"], len(page["items"])) == (2, 1)
    assert "page=2" in page["next"] and "source=files-acme" in page["next"]
    assert world.get("/quarantine?source=files-zenit").json["total"] == 0
    assert world.get("/quarantine?ignored=true").json["total"] == 0
    assert world.get("/quarantine?reason=nonsense").status_code == 400
