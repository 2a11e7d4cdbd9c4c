"""/metrics: figures for whoever watches, with a token that opens nothing else, and about nobody."""

from __future__ import annotations

import dataclasses
from datetime import date

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import update

from connector.domain.access import Role
from connector.services.installation import SourceConfig
from connector.services.tokens import TOKEN_ROLES
from connector.sources.reader import Connection
from connector.store.queue import put
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import QuarantinedRecord, RecordState, Source
from connector.store.work import DueWork, Outbox
from tests.api.conftest import NOW, World

Samples = dict[tuple[str, ...], float]


def _scrape(world: World, employer: str = "acme") -> Samples:
    token = world.tokens[employer][Role.WATCHER]
    answer = world.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200
    assert answer.content_type.startswith("text/plain")
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_figures_of_sources_runs_records_and_work(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with world.installation.store.begin() as session:
        source = session.query(Source).filter_by(name="files-acme").one()
        source_id, employer_id = source.id, source.employer_id
        same = {"source_id": source_id, "resource": "employees", "hash": bytes(16)}
        for key, more in (
            ("1", {}),
            ("2", {}),
            ("3", {"missing_since": date(2026, 11, 1)}),
            ("4", {"waits_for": "job"}),
        ):
            session.add(RecordState(key=key, mapped={"email": "x@example.org"}, changed_at=NOW, **same, **more))
        for key, ignored in (("5", None), ("6", NOW)):
            session.add(
                QuarantinedRecord(
                    key=key,
                    field="email",
                    kind="text",
                    reason="is none",
                    shape={},
                    times=1,
                    first_seen_at=NOW,
                    last_seen_at=NOW,
                    run_id=world.ids["acme"]["sync-runs"],
                    ignored_at=ignored,
                    **same,
                )
            )
        session.add(
            MatchCase(
                source_id=source_id,
                resource="employees",
                key="7",
                mapped={},
                candidates=[],
                state="open",
                run_id=world.ids["acme"]["sync-runs"],
                first_seen_at=NOW,
            )
        )
        for number, model in enumerate((DueWork, DueWork, Outbox)):
            put(session, model, key=str(number), kind="k", payload={}, due_at=NOW, now=NOW, employer_id=employer_id)
        session.execute(update(DueWork).where(DueWork.key == "0").values(state="parked"))
    config = SourceConfig(
        "files-acme",
        "hr/files",
        "acme",
        Connection(name="files-acme"),
        "Europe/Brussels",
        credential_expires_on=date(2026, 12, 3),
    )
    installation = dataclasses.replace(world.installation, sources={"files-acme": config})
    monkeypatch.setitem(world.app.extensions, "pop", installation)
    found = _scrape(world)
    assert found == {
        ("pop_last_success_timestamp_seconds", "files-acme"): NOW.timestamp(),
        ("pop_last_run_duration_seconds", "files-acme"): 0.0,
        ("pop_runs", "files-acme", "done"): 1.0,
        ("pop_records", "files-acme", "here"): 2.0,
        ("pop_records", "files-acme", "missing"): 1.0,
        ("pop_records", "files-acme", "waiting"): 1.0,
        ("pop_quarantine", "files-acme"): 2.0,
        ("pop_review", "files-acme"): 1.0,
        ("pop_credential_days_left", "files-acme"): 10.0,
        ("pop_work_rows", "work", "waiting"): 1.0,
        ("pop_work_rows", "work", "leased"): 0.0,
        ("pop_work_rows", "work", "parked"): 1.0,
        ("pop_work_rows", "outbox", "waiting"): 1.0,
        ("pop_work_rows", "outbox", "leased"): 0.0,
        ("pop_work_rows", "outbox", "parked"): 0.0,
    }
    other = _scrape(world, "zenit")
    assert other["pop_runs", "files-zenit", "done"] == 1.0
    assert not [key for key in other if "files-acme" in key]
    assert other["pop_work_rows", "work", "parked"] == 0.0


@pytest.mark.parametrize("role", TOKEN_ROLES)
def test_only_a_watcher_reads_them(world: World, role: Role) -> None:
    token = world.tokens["acme"][role]
    answer = world.client.get("/metrics", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == (200 if role is Role.WATCHER else 403)


def test_nobody_reads_them_without_a_token(world: World) -> None:
    assert world.client.get("/metrics").status_code == 401
    answer = world.client.get("/metrics", environ_base={"REMOTE_ADDR": "127.0.0.1"})
    assert (answer.status_code, answer.mimetype) == (401, "application/problem+json")


def test_a_watcher_reads_nothing_else(world: World) -> None:
    for path in ("/employees", "/sync-runs", "/competencies", "/trainings"):
        assert world.get(path, Role.WATCHER).status_code == 403
