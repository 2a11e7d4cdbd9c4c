"""A recorded sample holds nothing of a person, and still fits together."""

from __future__ import annotations

import json
import string
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.http.listening import Exchange
from connector.mapping_files import MappingFile
from connector.sources.reader import Connection
from connector.sync.invented import Inventor
from connector.sync.mapping import read_mapping
from connector.sync.named_by import named_by
from connector.sync.scrub import Scrubber

MAPPING = """
title = "T"
kind = "hr"
protocol = "rest"
grade = "paper"
[resources.people]
target = "employee"
key = "number"
only = { path = "type", in = ["Staff"] }
[resources.people.read]
path = "people"
records = "rows"
pagination = { kind = "cursor", next = "meta.after", cursor = "after" }
[resources.people.fields]
display_name = "name"
employee_number = "number"
email = "mail"
status = { path = "state", convert = "code", codes = { A = "active" } }
born_on = { path = "born", convert = "day", format = "%d/%m/%Y" }
hired_on = { path = "from", convert = "day" }
supervisor = { path = "boss", convert = "reference" }
job_title = { path = "job", convert = "html" }
location = "phone"
[resources.skills]
key = "id"
per = "people"
read = { path = "people/{parent.number}/skills" }
"""
CONNECTION = Connection(
    "hr", url="https://acme.hr.example/acme/api/v2", user="u@acme.example", password="Canary-77-Secret"
)
PERSON = {
    "number": "00417",
    "name": "Ilse Van Damme",
    "mail": "ilse.van.damme@acme.example",
    "state": "A",
    "type": "Staff",
    "born": "17/03/1985",
    "from": "2020-02-01",
    "boss": {"id": 418, "display": "Omar Haddad"},
    "job": '<p title="Ilse">Leads <b>garden</b></p>',
    "phone": "0475123456",
    "salary": 4321,
}


def exchange(path: str, content: Any, **parts: Any) -> Exchange:
    values = {"params": None, "json": None, "form": None, "next_link": None, **parts}
    return Exchange("GET", f"https://acme.hr.example/acme/api/v2/{path}", content=content, **values)


def scrubbed(*exchanges: Exchange) -> list[dict[str, Any]]:
    mapping = read_mapping(MappingFile("hr", "x", Path("x.toml"), tomllib.loads(MAPPING), "digest"))
    secrets = frozenset({"Canary-77-Secret"})
    return Scrubber(named_by(mapping), CONNECTION, secrets, bytes(16)).lines(list(exchanges))


def test_nothing_of_the_person_is_left() -> None:
    (line,) = scrubbed(exchange("people", {"rows": [PERSON], "meta": {"after": None}, "owner": "Acme"}))
    (row,) = line["answer"]["rows"]
    assert set(row) == set(PERSON) - {"salary"}
    assert "owner" not in line["answer"]
    text = json.dumps(line)
    for real in (
        "Ilse",
        "Damme",
        "00417",
        "418",
        "acme",
        "1985-03",
        "/03/",
        "Omar",
        "garden",
        "0475",
        "Leads",
        "display",
    ):
        assert real not in text, real


def test_what_the_mapping_lists_and_days_stay() -> None:
    (line,) = scrubbed(exchange("people", {"rows": [PERSON]}))
    (row,) = line["answer"]["rows"]
    assert (row["state"], row["type"], row["from"], row["born"]) == ("A", "Staff", "2020-02-01", "01/01/1985")
    assert row["job"].startswith("<p>")
    assert row["job"].endswith("</b></p>")
    assert row["mail"].endswith("@example.org")
    assert [len(word) for word in row["name"].split()] == [4, 3, 5]
    assert row["name"].istitle()


def test_the_same_number_is_the_same_everywhere() -> None:
    boss = {**PERSON, "number": "418", "boss": None}
    lines = scrubbed(
        exchange("people", {"rows": [PERSON, boss]}),
        exchange("people/00417/skills", []),
        exchange("people", {"rows": []}, params={"above": "00417", "sort": "name", "all": True}),
    )
    first, second = lines[0]["answer"]["rows"]
    assert first["number"] != second["number"]
    assert str(first["boss"]["id"]) == second["number"] != "418"
    assert lines[1]["request"]["path"].endswith(f"/people/{first['number']}/skills")
    assert lines[2]["request"]["query"] == {"above": first["number"], "sort": "name", "all": "true"}


def test_a_cursor_of_an_answer_is_that_of_the_next_request() -> None:
    lines = scrubbed(
        exchange("people", {"rows": [], "meta": {"after": "opaqueIlse9"}}),
        exchange("people", {"rows": [], "meta": {"after": ""}}, params={"after": "opaqueIlse9"}),
    )
    cursor = lines[0]["answer"]["meta"]["after"]
    assert cursor not in ("opaqueIlse9", "")
    assert lines[1]["request"]["query"] == {"after": cursor}


def test_links_lead_to_the_invented_host() -> None:
    link = "https://acme.hr.example/acme/api/v2/people?after=x&token=Canary-77-Secret"
    first, second = scrubbed(
        exchange("people", {"rows": []}, next_link=link),
        exchange("people?after=x&token=Canary-77-Secret", {"rows": []}),
    )
    (path, query) = first["headers"]["Link"].removeprefix("<https://hr.example").split(">")[0].split("?")
    assert (path, query) == (second["request"]["path"], "after=x")
    assert path.endswith("/api/v2/people")
    assert "acme" not in path
    assert second["request"]["query"] == {"after": "x"}


def test_secrets_become_null_in_what_was_sent() -> None:
    body = {"jsonrpc": "2.0", "id": 4, "params": {"args": ["acme", 2, "Canary-77-Secret", "u@acme.example"]}}
    (line,) = scrubbed(exchange("jsonrpc", {"result": 2}, json=body))
    sent = {"jsonrpc": "2.0", "id": None, "params": {"args": ["acme", 2, None, "connector@example.org"]}}
    assert line["request"]["json"] == sent


def test_the_same_request_is_one_line() -> None:
    assert len(scrubbed(exchange("people", {"rows": []}), exchange("people", {"rows": []}))) == 1


@given(
    st.lists(st.text(string.ascii_letters + string.digits + "éÉşß", min_size=1, max_size=3), unique=True, max_size=30)
)
def test_two_words_never_become_one(words: list[str]) -> None:
    inventor = Inventor(bytes(16))
    made = [inventor.word(word) for word in words]
    assert len(set(made)) == len(words)
    assert made == [inventor.word(word) for word in words]
    assert all(one != other for one, other in zip(made, words, strict=True))


@pytest.mark.parametrize("words", [list("bcdfghjklmnpqrstvwxyz"), list(string.digits)])
def test_there_are_enough_short_words(words: list[str]) -> None:
    inventor = Inventor(bytes(16))
    assert len({inventor.word(word) for word in words}) == len(words)


def test_a_uuid_stays_one() -> None:
    made = Inventor(bytes(16)).text("9b2f1c34-aaaa-4bbb-8ccc-0123456789ab")
    assert made != "9b2f1c34-aaaa-4bbb-8ccc-0123456789ab"
    assert [len(part) for part in made.split("-")] == [8, 4, 4, 4, 12]
    assert set(made) <= set("0123456789abcdef-")
