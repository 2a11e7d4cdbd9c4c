"""Looking after a source at the command line: runs, connections, quarantine, review and one person's steps."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.conftest import Pop

HEADING = "personeelsnummer;voornaam;naam;e-mail;afdeling;functie;leidinggevende;in dienst;uit dienst;deeltijds"
PEOPLE = ["1;Alice;Peeters;alice@example.org;;;;;;", "2;Bob;Yılmaz;geen adres;;;1;;;"]


@pytest.fixture
def source(settled: Path) -> Path:
    """A folder of CSV files that is set up as the source `staff`; Bob's address is none."""
    folder = settled / "staff"
    folder.mkdir()
    with (settled / "config.toml").open("a", encoding="utf-8") as file:
        file.write(
            '\n[sources.staff]\nmapping = "hr/files"\nemployer = "own"\npath = "staff"\n'
            "credential_expires_on = 2020-01-01\n"
        )
    write(folder, PEOPLE)
    return folder


def write(folder: Path, people: list[str]) -> None:
    (folder / "mensen.csv").write_text("\n".join([HEADING, *people]) + "\n", encoding="utf-8")
    for name, heading in (
        ("functies", "functie;omschrijving"),
        ("functie-competenties", "functie;competentie;niveau;gewicht"),
        ("beoordelingen", "personeelsnummer;competentie;niveau;datum;bron"),
        ("afwezigheden", "personeelsnummer;van;tot"),
    ):
        (folder / f"{name}.csv").write_text(heading + "\n", encoding="utf-8")


def test_from_a_plan_to_an_explained_person(pop: Pop, source: Path) -> None:
    assert pop("connections").exit_code == 0
    assert pop("sync", "staff").exit_code == 2
    waits = pop("runs", "show", "1")
    assert waits.exit_code == 2
    assert "employees 1 (Alice Peeters): new" in waits.stdout
    assert "pop sync apply 1" in waits.stdout
    connections = pop("connections", "--json")
    assert connections.exit_code == 2
    (connection,) = json.loads(connections.stdout)
    assert (connection["state"], connection["run"], connection["days_left"] < 0) == ("waits", 1, True)
    assert pop("sync", "apply", "1").exit_code == 0
    assert "ended on 2020-01-01" in pop("connections").stdout
    document = json.loads(pop("runs", "show", "1", "--json").stdout)
    assert (document["state"], document["acts"], document["changes"]["total"]) == ("done", "administrator", 1)
    assert "Look at staff now: 1 record is in quarantine (`pop quarantine staff`)." in pop("runs", "show", "1").stdout
    assert [run["number"] for run in json.loads(pop("runs", "--json").stdout)["runs"]] == [1]
    shown = pop("explain", "staff", "1")
    assert shown.exit_code == 0, shown.output
    assert "known by the key of its source: person 1, Alice Peeters" in shown.stdout
    assert "nothing: it is the same as before" in shown.stdout
    assert pop("explain", "--employee", "1", "--json").exit_code == 0
    assert pop("explain", "staff", "9").exit_code == 1
    assert pop("explain", "staff", "2").exit_code == 2


def test_raw_is_for_a_terminal_only(pop: Pop, source: Path) -> None:
    pop("sync", "staff", "--accept")
    result = pop("explain", "staff", "1", "--raw")
    assert result.exit_code == 2 and "terminal only" in result.stderr
    assert "Alice" not in result.output


def test_a_problem_is_ignored_corrected_and_read_again(pop: Pop, source: Path) -> None:
    pop("sync", "staff", "--accept")
    (entry,) = json.loads(pop("quarantine", "--json").stdout)["problems"]
    assert (entry["field"], entry["key"]) == ("email", "2")
    assert "email (e-mail): Not a valid email address." in pop("quarantine").stdout
    number = str(entry["id"])
    assert json.loads(pop("quarantine", "ignore", number, "--reason", "is zo", "--json").stdout)["ok"]
    assert pop("quarantine").stdout == "Nothing is in quarantine.\n"
    assert "[ignored: is zo]" in pop("quarantine", "list", "staff", "--all").stdout.replace("\n", " ")
    assert pop("quarantine", "unignore", number).exit_code == 0
    wrong = pop("quarantine", "correct", number, "--value", "nog niets", "--until", "2999-01-01", "--reason", "r")
    assert wrong.exit_code == 1 and "until must be a day" in wrong.stderr and "nog niets" not in wrong.stderr
    neither = pop("quarantine", "correct", number, "--until", "2999-01-01", "--reason", "r")
    assert neither.exit_code == 2
    until = (datetime.now(UTC) + timedelta(days=1)).date().isoformat()
    done = pop("quarantine", "correct", number, "--empty", "--until", until, "--reason", "heeft er geen")
    assert done.exit_code == 0, done.output
    (correction,) = json.loads(pop("quarantine", "corrections", "--json").stdout)
    assert (correction["field"], correction["value"]) == ("email", None)
    replayed = pop("quarantine", "replay").stdout
    assert replayed.startswith("To be read again: staff. ")
    assert "where it does not run: `pop sync SOURCE`" in replayed
    assert pop("sync", "staff", "--accept").exit_code == 0
    assert pop("quarantine").stdout == "Nothing is in quarantine.\n"
    assert pop("quarantine", "end", str(correction["id"])).exit_code == 0
    assert "none" in pop("quarantine", "corrections").stdout
    assert pop("quarantine", "ignore", "99", "--reason", "x").exit_code == 1


def test_a_doubt_is_decided(pop: Pop, source: Path) -> None:
    write(source, ["1;Alice;Peeters;alice@example.org;;;;;;"])
    pop("sync", "staff", "--accept")
    write(source, ["1;Zed;Interim;alice@example.org;;;;;;"])
    pop("sync", "staff", "--accept")
    shown = pop("review")
    assert shown.exit_code == 2
    assert "seems to speak of somebody else than before" in shown.stdout and "Alice Peeters" in shown.stdout
    (case,) = json.loads(pop("review", "--json").stdout)
    assert pop("review", "join", str(case["id"]), "99").exit_code == 1
    assert pop("review", "join", str(case["id"]), str(case["candidates"][0]["person_id"])).exit_code == 0
    assert pop("sync", "staff", "--accept").exit_code == 0
    assert "Zed Interim" in pop("explain", "staff", "1").stdout
    nothing = pop("review")
    assert (nothing.exit_code, nothing.stdout) == (0, "Nothing waits for a person.\n")
    assert "none" in pop("review", "joined").stdout
    assert pop("review", "undo", "staff", "1").exit_code == 1
    assert pop("review", "separate", str(case["id"])).exit_code == 1
