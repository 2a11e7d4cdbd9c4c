"""`pop sync` for the first time: an export that is still empty is not the first run; and the ways to type it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Pop

HEADINGS = {
    "mensen": "personeelsnummer;voornaam;naam;afdeling;functie;leidinggevende;in dienst;deeltijds",
    "functies": "functie",
    "functie-competenties": "functie;competentie;niveau",
    "beoordelingen": "personeelsnummer;competentie;niveau",
    "afwezigheden": "personeelsnummer;van",
}
PEOPLE = ["1;Émilie;D'Hondt;Groen;;;01/09/2024;80%", "2;Bob;Yılmaz;Groen;;1;1 september 2024;80%"]


@pytest.fixture
def folder(settled: Path) -> Path:
    """A folder of CSV files with headings alone, set up as the source `hr`."""
    made = settled / "staff"
    made.mkdir()
    with (settled / "config.toml").open("a", encoding="utf-8") as file:
        file.write('\n[sources.hr]\nmapping = "hr/files"\nemployer = "own"\npath = "staff"\n')
    write(made, [])
    return made


def write(folder: Path, people: list[str]) -> None:
    for sheet, heading in HEADINGS.items():
        rows = people if sheet == "mensen" else []
        (folder / f"{sheet}.csv").write_text("\n".join([heading, *rows]) + "\n", encoding="utf-8")


def test_an_empty_export_is_told_and_the_first_people_wait_all_the_same(pop: Pop, folder: Path) -> None:
    empty = pop("sync", "hr")
    assert empty.exit_code == 0, empty.output
    assert "There is no record in it yet" in empty.stdout
    write(folder, PEOPLE)
    planned = pop("sync", "hr")
    assert planned.exit_code == 2, planned.output
    assert "no record in it yet" not in planned.stdout
    assert pop("sync", "apply", "2").exit_code == 0
    write(folder, [*PEOPLE, "3;Zoé;Lefèvre;Groen;;1;;"])
    assert pop("sync", "hr").exit_code == 0  # a later one writes by itself
    write(folder, [])
    assert "no record in it yet" not in pop("sync", "hr").output  # everybody is gone, which is something else


def test_people_who_could_not_be_read_are_no_first_run_either(pop: Pop, folder: Path) -> None:
    write(folder, ["1;;;;;;;", "2;Bob;Yılmaz;;;1;31/02/2024;"])
    assert pop("sync", "hr").exit_code == 0  # both in quarantine: there is nothing to say yes to
    write(folder, ["1;Émilie;D'Hondt;;;;;", "2;Bob;Yılmaz;;;1;;"])
    assert pop("sync", "hr").exit_code == 2


def test_what_follows_a_plan_is_said_with_the_commands(pop: Pop, folder: Path) -> None:
    write(folder, PEOPLE)
    told = pop("sync", "hr").stdout.splitlines()
    assert told[-3:] == [
        "Record by record: pop runs show 1",
        "To write exactly this: pop sync apply 1",
        "To throw it away: pop sync reject 1",
    ]
    assert "In quarantine: 1 of these records. What they look like, and what can be done: pop quarantine hr" in told


@pytest.mark.parametrize("words", [("hr", "--dry-run"), ("--dry-run", "hr")])
def test_an_option_may_stand_before_the_source(pop: Pop, folder: Path, words: tuple[str, str]) -> None:
    write(folder, PEOPLE)
    assert pop("sync", *words).exit_code == 0
    assert json.loads(pop("runs", "--json").stdout)["runs"][0]["state"] == "waits"


def test_the_help_of_a_source_is_typed_as_it_says(pop: Pop, folder: Path) -> None:
    assert "Usage: main sync [OPTIONS] SOURCE" in pop("sync", "hr", "--help").stdout


def test_a_rejection_speaks_json(pop: Pop, folder: Path) -> None:
    write(folder, PEOPLE)
    pop("sync", "hr")
    assert json.loads(pop("sync", "reject", "1", "--json").stdout) == {"ok": True, "run": 1, "state": "rejected"}
    again = pop("sync", "apply", "1")
    assert again.exit_code == 1
    assert "Make a new plan" in again.stderr


def test_who_waits_for_a_persons_word_is_told_apart_from_quarantine(pop: Pop, folder: Path) -> None:
    first = [f"{number};Mens;Nummer{number};;;;;" for number in range(1, 40)]
    write(folder, first)
    assert pop("sync", "hr", "--accept").exit_code == 0
    wrong = [f"{number};Mens;Nummer{number};;;;31/02/2024;" for number in range(1, 31)]
    others = [f"{number};Zed;Interim{number};;;;;" for number in range(31, 38)]
    write(folder, [*wrong, *others, *first[37:]])
    told = pop("sync", "hr", "--accept").stdout
    assert "  … and 10 more" in told.partition("Look at:")[2].partition("Waiting for")[0]
    assert told.count("waits for a person's word") == 5 and "  … and 2 more" in told
    assert "Waiting for a person's word: 7 records. To say whom they speak of: pop review hr" in told
