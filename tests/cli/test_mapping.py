"""`pop mapping`: the tools of somebody who writes a mapping, on a system that answers over loopback."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from connector.mapping_files import MappingFolders
from tests.cli.conftest import Pop
from tests.replay.host import listening
from tests.sync.guide import Zonnehof, blocks, example_answers

TOKEN = "Canary-token-93"
SETTINGS = """\
[database]
url = "sqlite:///pop.sqlite3"

[mappings]
folder = "own"

[organisations.acme]
name = "Maatwerk De Schakel"

[sources.zon]
mapping = "hr/zonnehof"
employer = "acme"
url = "{url}"
password = "{token}"
allow_http = true
allow_private = true
page_size = 2
"""


@pytest.fixture
def system() -> Zonnehof:
    return Zonnehof(example_answers())


@pytest.fixture
def zonnehof(pop: Pop, here: Path, system: Zonnehof) -> Iterator[Path]:
    """A folder with settings, an own mapping and a database; the system answers."""
    own = here / "own" / "hr"
    own.mkdir(parents=True)
    (own / "zonnehof.toml").write_text(blocks("toml")[0], encoding="utf-8")
    with listening(system) as url:
        (here / "config.toml").write_text(SETTINGS.format(url=url, token=TOKEN), encoding="utf-8")
        made = pop("db", "upgrade")
        assert made.exit_code == 0, made.output
        yield here


def told(pop: Pop, *words: str, code: int = 0) -> Any:
    result = pop("mapping", *words, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def person(system: Zonnehof, key: int) -> dict[str, Any]:
    rows = [row for line in system.lines for row in line["answer"]["items"] if row.get("id") == key and "name" in row]
    return rows[0]


def rows_of(here: Path) -> dict[str, int]:
    with sqlite3.connect(here / "pop.sqlite3") as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}  # noqa: S608


def test_the_list_says_how_far_each_is_proved(pop: Pop, zonnehof: Path) -> None:
    found = {f"{one['family']}/{one['name']}": one for one in told(pop, "list")}
    assert found["hr/zonnehof"]["grade"] == "paper"
    assert found["hr/zonnehof"]["path"] == str(zonnehof / "own" / "hr" / "zonnehof.toml")
    assert len(found["hr/zonnehof"]["known_limits"]) == 2
    shipped = {f"{family}/{name}" for family in ("hr", "catalogues") for name in MappingFolders().names(family)}
    assert set(found) == shipped | {"hr/zonnehof"}


def test_a_file_that_is_wrong_is_listed_with_the_reason(pop: Pop, zonnehof: Path) -> None:
    (zonnehof / "own" / "hr" / "bad.toml").write_text('title = "Bad"\n', encoding="utf-8")
    (bad,) = [one for one in told(pop, "list") if one["name"] == "bad"]
    assert bad["error"].startswith("hr/bad.toml: kind: this is needed")
    assert "this is needed" in pop("mapping", "list").stdout.replace("\n", "")


def test_every_mapping_that_we_ship_can_be_used(pop: Pop) -> None:
    for family in ("hr", "catalogues"):
        for name in MappingFolders().names(family):
            found = told(pop, "check", f"{family}/{name}")
            assert found["errors"] == [], name
            assert "sample" not in " ".join(one["what"] for one in found["warnings"]), name


def test_a_check_finds_everything_with_its_line(pop: Pop, zonnehof: Path) -> None:
    path = zonnehof / "own" / "hr" / "zonnehof.toml"
    text = path.read_text(encoding="utf-8")
    text = text.replace('auth = "bearer"', 'auth = "baerer"').replace('kind = "page",', 'kind = "pages",')
    text = text.replace("given_name", "givenname").replace('on = "level"', 'no = "level"')
    path.write_text(text.replace('key = "code"', 'key = "code["'), encoding="utf-8")
    found = told(pop, "check", str(path), code=1)
    lines = text.splitlines()
    assert [(one["place"], lines[one["line"] - 1].split(" ")[0]) for one in found["errors"]] == [
        ("connection.auth.kind", "auth"),
        ("resources.levels.key", "key"),
        ("resources.employees.read.pagination.kind", "pagination"),
        ("resources.employees.fields.givenname", "givenname"),
        ("resources.skills.join.0.on", "join"),
        ("resources.skills.join.0.no", "join"),
    ]
    assert found["errors"][0]["todo"].startswith("Did you mean bearer?")
    assert f"{path}:{found['errors'][0]['line']}: connection.auth.kind" in pop("mapping", "check", str(path)).stdout


def test_a_check_warns_of_what_is_seldom_meant(pop: Pop, zonnehof: Path) -> None:
    path = zonnehof / "own" / "hr" / "zonnehof.toml"
    text = path.read_text(encoding="utf-8").replace("step.percent", "level").replace("step.name", "level")
    path.write_text(text, encoding="utf-8")
    found = [one["what"] for one in told(pop, "check", "zonnehof")["warnings"]]
    assert "nothing reads the joined 'step'" in found
    assert any(what.startswith("not mapped of employee: display_name, employee_number") for what in found)
    assert f"there is no sample in {zonnehof / 'own' / 'samples' / 'hr' / 'zonnehof'}" in found


def test_a_file_that_is_no_toml_says_where(pop: Pop, here: Path) -> None:
    (here / "x.toml").write_text("title = \n", encoding="utf-8")
    result = pop("mapping", "check", "x.toml")
    assert result.exit_code == 1
    assert "x.toml: cannot be read: Invalid value (at line 1, column 9)" in result.stderr


def test_a_trial_shows_theirs_and_ours_and_writes_nothing(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    before = rows_of(zonnehof)
    person(system, 9)["state"] = "Q"
    found = {one["name"]: one for one in told(pop, "try", "zon", code=2)}
    assert list(found) == ["teams", "employees", "skills"]
    ann, bo, cas = found["employees"]["trials"]
    assert [ann["action"], bo["action"], cas["action"]] == ["new", "out of scope", "quarantine"]
    (share,) = [field for field in ann["record"]["fields"] if field["name"] == "fte"]
    assert (share["theirs"], share["ours"], share["line"]) == (80, "0.8", "resources.employees.fields.fte")
    (state,) = [field for field in cas["record"]["fields"] if field["name"] == "status"]
    assert state["theirs"] == "Q"
    assert "is not one of the codes A, L, X" in state["problem"]
    assert rows_of(zonnehof) == before


def test_a_trial_tells_what_a_sync_would_change(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    synced = pop("sync", "zon", "--accept")
    assert synced.exit_code == 0, synced.output
    assert [trial["action"] for one in told(pop, "try", "zon") for trial in one["trials"]] == [
        *("same", "same", "same", "out of scope", "same", "same")
    ]
    person(system, 7)["function"] = "head gardener"
    (employees,) = told(pop, "try", "zon", "--resource", "employees", "--limit", "1")
    (trial,) = employees["trials"]
    assert (trial["action"], trial["before"]) == ("changed", {"job_title": "gardener"})
    shown = pop("mapping", "try", "zon", "--resource", "employees").stdout
    assert "employees 7: changed" in shown
    assert "head gardener" in shown


def test_a_resource_that_is_not_there_is_told(pop: Pop, zonnehof: Path) -> None:
    result = pop("mapping", "try", "zon", "--resource", "people")
    assert result.exit_code == 1
    assert "there is no such resource. Use: teams, employees, skills." in result.stderr


def test_drift_tells_what_is_new_gone_and_changed(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    first = told(pop, "drift", "zon")
    assert [one for one in first["resources"] if one["new"] or one["gone"] or one["lost"] or one["changed"]] == []
    for row in (person(system, 7), person(system, 8), person(system, 9)):
        row["nickname"] = "x"
        row["mail"] = row.pop("mail", "") and 7
        del row["name"]["last"]
    found = {one["resource"]: one for one in told(pop, "drift", "zon", code=2)["resources"]}
    people = found["employees"]
    assert people["new"] == ["nickname"]
    assert people["lost"] == people["gone"] == ["name.last"]
    assert ["mail", "text", "number or text"] in people["changed"]
    again = pop("mapping", "drift", "zon")
    assert again.exit_code == 2, "what the mapping misses is told until the mapping is mended"
    assert "gone, and the mapping uses it" in again.stdout
    kept = (zonnehof / "offered" / "zon.json").read_text(encoding="utf-8")
    assert "Ševčík" not in kept
    assert "gardener" not in kept


def test_drift_asks_the_system_itself_where_the_mapping_says_how(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    fields = ["id", "type", "name", "mail", "state", "from", "until", "share", "teams"]
    rows = [{"field": name, "type": "text"} for name in fields]
    system.lines.append({"request": {"path": "/api/v4/fields"}, "answer": {"items": rows}})
    path = zonnehof / "own" / "hr" / "zonnehof.toml"
    describe = '\n[resources.employees.describe]\nread = { path = "fields", records = "items" }\nname = "field"\n'
    path.write_text(path.read_text(encoding="utf-8") + describe + 'kind = "type"\n', encoding="utf-8")
    found = {one["resource"]: one for one in told(pop, "drift", "zon", code=2)["resources"]}
    assert (found["employees"]["is_described"], found["employees"]["lost"]) == (True, ["function"])
    rows.append({"field": "function", "type": "text"})
    assert told(pop, "drift", "zon")["ok"]


def test_a_recording_is_a_sample_without_its_people(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    person(system, 7)["national_number"] = "85.01.01-123.45"
    found = told(pop, "record", "zon", "--to", "sample")
    assert found["records"] == {"teams": 2, "employees": 3, "skills": 1}
    saved = (zonnehof / "sample" / "answers.json").read_text(encoding="utf-8")
    for real in (
        "Ann",
        "Ševčík",
        "ann@",
        "zonnehof.example",
        "Garden",
        "gardener",
        "Pruning",
        "85.01",
        "national",
        TOKEN,
    ):
        assert real not in saved, real
    source = json.loads((zonnehof / "sample" / "source.json").read_text(encoding="utf-8"))
    assert source == {"url": "https://hr.example", "page_size": 2}
    again = pop("mapping", "record", "zon", "--to", "sample")
    assert again.exit_code == 1
    assert "there is a sample already" in again.stderr


def test_a_recording_still_reads_as_the_real_answers_did(pop: Pop, zonnehof: Path, system: Zonnehof) -> None:
    real = told(pop, "try", "zon")
    told(pop, "record", "zon", "--to", "sample")
    system.lines[:] = json.loads((zonnehof / "sample" / "answers.json").read_text(encoding="utf-8"))
    played = told(pop, "try", "zon")

    def shape(found: Any) -> Any:
        return [
            [(trial["action"], [(field["name"], field["ours"] is None) for field in trial["record"]["fields"]])
             for trial in one["trials"]]
            for one in found
        ]  # fmt: skip

    assert shape(played) == shape(real)
    kept = ("status", "hired_on", "left_on", "fte", "unit", "level", "person")
    values = [
        [
            (field["name"], field["ours"])
            for one in found
            for trial in one["trials"]
            for field in trial["record"]["fields"]
            if field["name"] in kept
        ]
        for found in (real, played)
    ]
    assert values[0] == values[1]


def test_the_guide_can_be_printed(pop: Pop, here: Path) -> None:
    assert pop("mapping", "docs").stdout.startswith("# Mappings\n")
