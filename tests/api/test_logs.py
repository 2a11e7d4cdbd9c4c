"""Logs: what happened, never a secret or a person."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from connector.domain.access import Role
from connector.errors import SourceUnavailableError
from connector.logs import HIDDEN, get_logger, set_up_logs
from tests.api.conftest import COLLECTIONS, World

SECRET = "pop_" + "s3cr3t-" * 6


@contextmanager
def _put_back() -> Iterator[None]:
    """Leave logging as it was."""
    root, ours = logging.getLogger(), [logging.getLogger(name) for name in ("connector", "jobs")]
    handlers, levels = list(root.handlers), [logger.level for logger in (root, *ours)]
    yield
    root.handlers[:] = handlers
    for logger, level in zip((root, *ours), levels, strict=True):
        logger.setLevel(level)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    """Where logs go in this test; the root logger is put back afterwards."""
    stream = io.StringIO()
    with _put_back():
        set_up_logs(stream=stream, as_json=True)
        yield stream


def _read(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_requests_leave_one_line_each(world: World, lines: io.StringIO) -> None:
    answer = world.get("/employees?employeeNumber=0002")
    (line,) = [line for line in _read(lines) if line["event"] == "request"]
    assert line["request"] == answer.headers["BelGov-Trace-Id"]
    assert (line["method"], line["route"], line["status"], line["level"]) == ("GET", "/api/v1/employees", 200, "info")
    assert line["timestamp"].endswith("Z")


def test_a_redirect_to_sign_in_has_its_number_and_its_time_too(world: World, lines: io.StringIO) -> None:
    answer = world.client.get("/dossiers")
    assert answer.status_code == 302
    (line,) = [line for line in _read(lines) if line["event"] == "request"]
    assert line["request"] == answer.headers["BelGov-Trace-Id"]
    assert line["milliseconds"] > 0


def test_nothing_secret_or_personal_in_the_logs(
    world: World, lines: io.StringIO, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger().addHandler(caplog.handler)
    for collection in COLLECTIONS:
        world.get(f"/{collection}?pageSize=0&employeeNumber=0002")
        world.get(f"/{collection}/{world.ids['acme'][collection]}")
        world.get(f"/{collection}", Role.EMPLOYEE)
    world.client.get("/api/v1/employees", headers={"Authorization": f"Bearer {SECRET}"})
    by_chance = ("request", "timestamp", "milliseconds")  # digits of these may look like an employee number
    events = _read(lines) + [r.msg if isinstance(r.msg, dict) else {"event": r.getMessage()} for r in caplog.records]
    told = [{name: value for name, value in event.items() if name not in by_chance} for event in events]
    text = json.dumps(told, ensure_ascii=False, default=str)
    assert len(told) > 20
    tokens = [token for by_role in world.tokens.values() for token in by_role.values()]
    for private in (*tokens, SECRET, "0002", "Persoon", "Éloïse", "İşçi", "heftruck", "example.test"):
        assert private not in text


def test_a_failure_is_told_by_kind_and_place(world: World, lines: io.StringIO, monkeypatch: pytest.MonkeyPatch) -> None:
    from connector.api import employees

    def fail(*_: object) -> None:
        try:
            raise KeyError("Amina Peeters")
        except KeyError as error:
            raise SourceUnavailableError("no answer", where="odoo") from error

    monkeypatch.setattr(employees, "list_employees", fail)
    answer = world.get("/employees")
    (line,) = [line for line in _read(lines) if line["event"] == "request failed"]
    assert line["error"] == ["SourceUnavailableError: odoo: no answer", "KeyError"]
    assert line["request"] == answer.headers["BelGov-Trace-Id"]
    assert any("test_logs" in place and place.endswith(" fail") for place in line["places"])
    assert "Amina" not in lines.getvalue()


@pytest.mark.parametrize(
    "given",
    [
        {"password": SECRET},
        {"clientSecret": SECRET},
        {"Authorization": SECRET},
        {"set-cookie": SECRET},
        {"display_name": SECRET},
        {"emailAddress": SECRET},
        {"deep": {"list": [{"given_name": SECRET}]}},
        {"url": f"Bearer {SECRET}"},
        {"url": f"https://user:{'x' * 9}{SECRET}@hr.example/api"},
        {"raw_bytes": SECRET.encode()},
        {"tuple_of": (SECRET,)},
        {"object": {"a": {"b": {"c": {"d": {"e": {"f": {"g": SECRET}}}}}}}},
    ],
)
def test_masking(lines: io.StringIO, given: dict[str, Any]) -> None:
    get_logger("connector.test").warning(f"sent {SECRET} to amina@example.test", **given)
    logging.getLogger("foreign").error("sent %s to amina@example.test", SECRET, extra=given)
    assert len(_read(lines)) == 2
    assert SECRET not in lines.getvalue()
    assert "s3cr3t" not in lines.getvalue()
    assert "amina@" not in lines.getvalue()
    assert HIDDEN in lines.getvalue()


def test_facts_stay_readable(lines: io.StringIO) -> None:
    get_logger("connector.test").info("sync done", run=7, source="odoo", new=3, ok=True, seconds=1.5, message=None)
    (line,) = _read(lines)
    facts = {key: line[key] for key in ("event", "run", "source", "new", "ok", "seconds", "message")}
    assert facts == {
        "event": "sync done",
        "run": 7,
        "source": "odoo",
        "new": 3,
        "ok": True,
        "seconds": 1.5,
        "message": None,
    }


def test_foreign_failures_are_told_by_kind_too(lines: io.StringIO) -> None:
    try:
        raise ValueError(f"row of Amina with {SECRET}")
    except ValueError:
        logging.getLogger("foreign").exception("it failed")
    (line,) = _read(lines)
    assert line["error"] == ["ValueError"]
    assert "Amina" not in lines.getvalue()


def test_without_set_up_nothing_slips_out(caplog: pytest.LogCaptureFixture) -> None:
    try:
        private = f"Amina {SECRET}"
        raise ValueError(private)
    except ValueError as error:
        get_logger("connector.test").error("it failed", exc_info=error, token=SECRET)
    assert "ValueError" in caplog.text
    assert "Amina" not in caplog.text
    assert SECRET not in caplog.text


def test_libraries_only_warn(lines: io.StringIO) -> None:
    logging.getLogger("alembic.runtime.migration").info("Context impl SQLiteImpl.")
    logging.getLogger("alembic.runtime.migration").warning("careful")
    get_logger("jobs.timer").info("tick")
    assert [line["event"] for line in _read(lines)] == ["careful", "tick"]


def test_a_terminal_gets_lines_for_people() -> None:
    stream = io.StringIO()
    with _put_back():
        set_up_logs(stream=stream, as_json=False)
        get_logger("connector.test").info("sync done", run=7, password=SECRET)
    assert "sync done" in stream.getvalue()
    assert not stream.getvalue().startswith("{")
    assert SECRET not in stream.getvalue()
