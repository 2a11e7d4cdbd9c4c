"""What leaves by each way of writing, and what the HTTP layer does with a call that may have arrived."""

from __future__ import annotations

import csv
import json
import socket
import threading
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import responses

from connector.domain.write_back import EVENTS
from connector.errors import (
    AnswerError,
    ConfigurationError,
    DeliveryError,
    ResourceRefusedError,
    SourceUnavailableError,
)
from connector.http.limits import Limits, Timing
from connector.outlets.write_back.drop_file import DropFile, cell
from connector.outlets.write_back.opened import open_writer
from connector.outlets.write_back.rest import RestWriter
from connector.outlets.write_back.writer import Call, Writer
from connector.sources.reader import Connection
from connector.store.hr import Employment
from connector.sync.mapping_check import checked_tables
from connector.sync.protocol_options import option_problems
from tests.outlets.conftest import CANARY, Office
from tests.outlets.test_write_back_agreed import Sheets
from tests.sync.guide import blocks

URL = "https://hr.example/api"
FACTS = {"key": "pop-conversation-1", "person": {"key": "a/b"}}
NO_WAIT = Timing(sleep=lambda _seconds: None, chance=lambda: 0.0)


def rest(url: str = URL, **parts: Any) -> Writer:
    connection = Connection("hr", {"auth": "bearer"}, url, password="t", **parts)
    return open_writer("rest", connection, limits=Limits(silence_seconds=1, answer_seconds=2), timing=NO_WAIT)


def a_call(kind: str, values: dict[str, Any] | None = None, *ids: str, **table: Any) -> Call:
    return Call(kind, {"path": "events", **table}, values or {}, FACTS, "pop-1", ids)


def test_a_rest_create_sends_an_object_and_keeps_the_key_of_the_answer() -> None:
    call = a_call("create", {"title": "Gesprek", "time.from": "09:00", "time.to": "10:00"}, id="data.id")
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/events", json={"data": {"id": 12}}, status=201)
        assert rest().send(call) == "12"
        assert json.loads(mock.calls[0].request.body) == {
            "title": "Gesprek",
            "time": {"from": "09:00", "to": "10:00"},
        }


def test_an_address_keeps_a_key_in_one_piece() -> None:
    with responses.RequestsMock() as mock:
        mock.put(f"{URL}/people/a%2Fb/events/9", body=b"", status=204)
        rest().send(a_call("update", {"title": "x"}, "9", path="people/{person.key}/events/{their.id}"))


def test_a_scim_patch_replaces_attributes() -> None:
    call = a_call("patch", {"title": "x", "active": True}, path="Users/{person.key}", body="scim_patch")
    with responses.RequestsMock() as mock:
        mock.patch(f"{URL}/Users/a%2Fb", status=204)
        rest().send(call)
        request = mock.calls[0].request
    assert request.headers["Content-Type"] == "application/scim+json"
    assert json.loads(request.body) == {
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [
            {"op": "replace", "path": "title", "value": "x"},
            {"op": "replace", "path": "active", "value": True},
        ],
    }


def test_what_is_gone_already_is_taken_away() -> None:
    with responses.RequestsMock() as mock:
        mock.delete(f"{URL}/events", status=404)
        assert rest().send(a_call("delete")) is None


def test_an_idempotency_key_goes_along() -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/events", json={"id": 1})
        rest().send(a_call("create", {"a": 1}, idempotency_header="Idempotency-Key"))
        assert mock.calls[0].request.headers["Idempotency-Key"] == "pop-1"


def test_one_record_is_found_and_two_are_refused() -> None:
    find = {"path": "events", "params": {"ref": "{key}"}, "records": "data", "id": "id"}
    with responses.RequestsMock() as mock:
        mock.get(f"{URL}/events?ref=pop-conversation-1", json={"data": [{"id": 4}]})
        assert rest().find(a_call("update"), find) == ("4",)
        mock.replace("GET", f"{URL}/events?ref=pop-conversation-1", json={"data": [{"id": 4}, {"id": 5}]})
        with pytest.raises(AnswerError, match="more than one record there seems to be ours"):
            rest().find(a_call("update"), find)


@pytest.mark.parametrize("status", [500, 502, 503, 504, 408])
def test_a_call_that_writes_is_made_once_though_the_host_failed(status: int) -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/events", status=status)
        with pytest.raises(SourceUnavailableError):
            rest().send(a_call("create", {"a": 1}))
        assert len(mock.calls) == 1


def test_one_that_was_refused_for_its_number_is_made_again() -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/events", status=429, headers={"Retry-After": "1"})
        mock.post(f"{URL}/events", json={"id": 3})
        assert rest().send(a_call("create", {"a": 1})) == "3"


def test_one_that_may_not_write_says_so() -> None:
    with responses.RequestsMock() as mock:
        mock.post(f"{URL}/events", status=403)
        with pytest.raises(ResourceRefusedError, match="this login may not write this"):
            rest().send(a_call("create", {"a": 1}))


def test_the_error_of_a_call_names_no_person() -> None:
    with responses.RequestsMock() as mock:
        mock.put(f"{URL}/people/a%2Fb", status=400)
        with pytest.raises(AnswerError) as caught:
            rest().send(a_call("update", {"a": 1}, path="people/{person.key}"))
    assert "people/{person.key}" in str(caught.value)
    assert "a%2Fb" not in str(caught.value)


def test_a_host_that_hangs_up_gets_the_call_once_and_a_closed_door_is_knocked_at_again() -> None:
    heard: list[bytes] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        server.settimeout(5)
        url = f"http://127.0.0.1:{server.getsockname()[1]}"

        def hang_up() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                with line:
                    heard.append(line.recv(65_536))

        listener = threading.Thread(target=hang_up, daemon=True)
        listener.start()
        writer = rest(url, allow_http=True, allow_private=True)
        with pytest.raises(SourceUnavailableError) as caught:
            writer.send(a_call("create", {"a": 1}))
        writer.close()
        server.shutdown(socket.SHUT_RDWR)
    listener.join(5)
    assert len([one for one in heard if one]) == 1
    assert "times" not in str(caught.value)
    again = rest(url, allow_http=True, allow_private=True)
    with pytest.raises(SourceUnavailableError, match="cannot be reached") as caught:
        again.send(a_call("create", {"a": 1}))
    again.close()
    assert ", 4 times" in str(caught.value)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("+32 9", "'+32 9"),
        ("-1+1", "'-1+1"),
        ("@SUM(1)", "'@SUM(1)"),
        ("\t=1", "'=1"),
        ("\r\n=1", "'=1"),
        ("＝1", "'＝1"),
        (-5, "-5"),
        (None, ""),
        ("a\nb", "a b"),
        (["a", "=b"], "a; =b"),
        ("\u200b=1", "'=1"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, written: str) -> None:
    assert cell(value) == written


def a_line(number: int, **values: Any) -> Call:
    return Call("create", {"file": "drop.csv"}, {"wat": "gepland", **values}, {}, f"pop-{number}")


def lines_of(folder: Path) -> list[list[str]]:
    with (folder / "drop.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_a_line_is_written_once_and_the_file_may_be_taken_away(tmp_path: Path) -> None:
    drop = DropFile("files", str(tmp_path / "out"))
    for number in (1, 2, 1):
        drop.send(a_line(number, naam="=1"))
    assert lines_of(tmp_path / "out") == [
        ["pop_key", "wat", "naam"],
        ["pop-1", "gepland", "'=1"],
        ["pop-2", "gepland", "'=1"],
    ]
    (tmp_path / "out" / "drop.csv").unlink()
    drop.send(a_line(3, naam=None))
    assert lines_of(tmp_path / "out")[1:] == [["pop-3", "gepland", ""]]
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["drop.csv"]


def test_a_line_of_somebody_else_without_its_end_stays_whole(tmp_path: Path) -> None:
    (tmp_path / "drop.csv").write_text("pop_key,wat\r\nx,y", encoding="utf-8")
    DropFile("files", str(tmp_path)).send(a_line(1))
    assert lines_of(tmp_path) == [["pop_key", "wat"], ["x", "y"], ["pop-1", "gepland"]]


def test_other_columns_wait_for_a_person(tmp_path: Path) -> None:
    (tmp_path / "drop.csv").write_text("pop_key,iets\r\n", encoding="utf-8")
    with pytest.raises(DeliveryError, match="the drop file has other columns"):
        DropFile("files", str(tmp_path)).send(a_line(1))
    with pytest.raises(ConfigurationError, match=r"sources\.files\.write_folder"):
        DropFile("files", None)


def test_files_get_a_line_for_each_event(make_office: Callable[..., Office], tmp_path: Path) -> None:
    office = make_office("hr/files", write_folder=str(tmp_path / "out"))
    office.staff.believe(Employment, office.person, {"status": "active", "employee_number": "=0042"})
    sheets = Sheets(office)
    office.plan()
    office.send()
    office.move()
    office.send()
    sheets.agree(training=True)
    office.send()
    with (tmp_path / "out" / "gesprekken.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["wat"], row["personeelsnummer"]) for row in rows] == [("gepland", "'=0042"), ("verplaatst", "'=0042")]
    assert rows[0]["nummer"] == rows[1]["nummer"]
    assert "heftruck" in (tmp_path / "out" / "niveaus.csv").read_text(encoding="utf-8")
    assert "Heftruck besturen" in (tmp_path / "out" / "opleidingen.csv").read_text(encoding="utf-8")
    assert CANARY not in "".join(path.read_text() for path in (tmp_path / "out").iterdir())


HEAD = {"title": "T", "kind": "hr", "grade": "paper", "resources": {}}


def problems(text: str, protocol: str = "jsonrpc") -> list[str]:
    content = {**HEAD, "resources": {"a": {"key": "id"}}, "protocol": protocol, **tomllib.loads(text)}
    found = [*checked_tables(content)[1], *option_problems(content)]
    return [problem.sentence for problem in found if problem.place[0] == "write"]


GOOD = """
[[write]]
on = "conversation.planned"
kind = "create"
call = { model = "calendar.event" }
find = { domain = [["description", "ilike", "{key}"]] }
values = { name = "subject" }
"""


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('"subject"', '"goal.what"', "write.0.values.name.path: there is no fact 'goal'"),
        ("{key}", "{plan.text}", "write.0.find: there is no fact 'plan.text'"),
        ('"conversation.planned"', '"goal.written"', "write.0.on: 'goal.written' is not known here"),
        ('find = { domain = [["description", "ilike", "{key}"]] }', "", "write.0.find: a create needs it"),
        ("name =", "naam = 1, name =", "write.0.values.naam"),
        ("call =", "needs = ['stop']\ncall =", "write.0.needs: there is no value 'stop'"),
        ('model = "calendar.event"', 'modle = "x"', "write.0.call.modle: there is no such option. Did you mean model?"),
        ('"subject"', '{ path = "subject", convert = "html" }', "write.0.values.name.convert: there is no converter"),
        ("kind =", "if = 'x'\nkind =", "write.0.if: there is no such option"),
    ],
)
def test_a_wrong_write_table_is_told_with_its_place(old: str, new: str, problem: str) -> None:
    assert problems(GOOD) == []
    assert GOOD.count(old) == 1
    assert any(one.startswith(problem) for one in problems(GOOD.replace(old, new))), problems(GOOD.replace(old, new))


def test_a_protocol_that_cannot_write_says_so() -> None:
    assert problems(GOOD, "inbox") == ["write.0: this protocol cannot write"]


def test_every_example_of_writing_in_the_guide_is_right() -> None:
    examples = [block for block in blocks("toml") if "[[write]]" in block]
    shown = {event for event in EVENTS for block in examples if f'"{event}"' in block}
    assert len(examples) >= 4
    assert shown >= {"conversation.planned", "conversation.moved", "conversation.cancelled", "level.achieved"}
    for block in examples:
        protocol = block.split('"')[1]
        assert problems(block, protocol) == []


def test_a_rest_writer_can_not_be_asked_whether_a_record_is_there() -> None:
    writer = rest()
    assert isinstance(writer, RestWriter)
    assert writer.exists(a_call("update"), "1") is None
