"""`pop competencies import` and `pop link`, as somebody types them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter
from click.testing import CliRunner, Result

from connector.cli import main
from tests.linking.conftest import CROSSWALK, ESCO

HEADINGS = ["Code", "Titel", "Trefwoorden", "Prijs", "Munt", "Volgende start", "Competenties"]
ROWS = [
    [1, "Rijden in het magazijn", "heftruck", 245.5, None, "2026-12-01", "vorkliften besturen"],
    [2, "Staal bewerken", "lassen", None, None, None, None],
    [3, "Onthaal", None, 0, None, None, None],
]

Pop = Callable[..., Result]


@pytest.fixture
def pop(tmp_path: Path) -> Pop:
    """The command in a folder with one employer and a catalogue in a workbook."""
    book = xlsxwriter.Workbook(str(tmp_path / "aanbod.xlsx"))
    sheet = book.add_worksheet("Opleidingen")
    for number, row in enumerate([HEADINGS, *ROWS]):
        sheet.write_row(number, 0, row)
    book.close()
    config = tmp_path / "config.toml"
    config.write_text(
        f"""
[security]
master_key_file = "master.key"
[organisations.acme]
name = "Maatwerk De Schakel"
[sources.offer]
mapping = "catalogues/files"
employer = "acme"
path = "{tmp_path / "aanbod.xlsx"}"
""",
        encoding="utf-8",
    )

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, ["--config", str(config), *arguments], catch_exceptions=False)

    assert run("db", "upgrade").exit_code == 0
    return run


@pytest.fixture
def stocked(pop: Pop) -> Pop:
    assert pop("sync", "offer", "--accept").exit_code == 0
    assert pop("competencies", "import", "esco", str(ESCO / "skills_nl.csv")).exit_code == 0
    return pop


def test_import_says_what_came_in(pop: Pop) -> None:
    result = pop("competencies", "import", "competent", str(CROSSWALK))
    assert result.output.splitlines() == [
        "Competent Competent 3.8, ESCO V1.0.3: 5 rows read, 0 left aside, 0 broken.",
        "Competencies: 5 new, 0 changed, 0 same, 0 ended.",
        "Relations: 5 new, 0 gone.",
        "Of frameworks that these files only quote: 4 competencies added.",
    ]


def test_import_as_json_is_one_line(pop: Pop) -> None:
    result = pop("competencies", "import", "esco", "--json", str(ESCO / "skills_nl.csv"))
    found = json.loads(result.stdout)
    assert (found["ok"], found["rows"], found["counts"]["new"], found["versions"]) == (True, 5, 5, {"ESCO": "1.2.0"})
    assert result.stdout.count("\n") == 1


def test_a_wrong_file_is_one_sentence_and_exit_code_1(pop: Pop) -> None:
    result = pop("competencies", "import", "esco", str(CROSSWALK))
    assert result.exit_code == 1
    assert result.stderr.startswith("pop: crosswalk.csv: no row has the columns of a file of this framework")
    assert result.stderr.count("\n") == 1


def test_a_synced_catalogue_can_be_linked_to_at_once(pop: Pop) -> None:
    pop("sync", "offer", "--accept")
    assert "1. Staal bewerken" in pop("link", "lassen").output


def test_link_shows_reasons_price_and_date(stocked: Pop) -> None:
    lines = stocked("link", "vorkliften besturen").output.splitlines()
    assert lines[:2] == ["This is about:", "  - vorkliften besturen (ESCO)"]
    assert lines[3:] == [
        "1. Rijden in het magazijn",
        "   245.50 EUR, starts on 2026-12-01",
        "   Teaches exactly this competency: vorkliften besturen.",
    ]


def test_an_unknown_price_is_not_free(stocked: Pop) -> None:
    assert "   price not known, no starting day known" in stocked("link", "lassen").output.splitlines()
    assert "   free, no starting day known" in stocked("link", "onthaal").output.splitlines()


def test_link_as_json(stocked: Pop) -> None:
    found = json.loads(stocked("link", "--json", "heftruck").stdout)
    assert found["nothing_fits"] is False
    (hit,) = found["trainings"]
    assert (hit["title"], hit["price"], hit["next_starts_on"]) == ("Rijden in het magazijn", "245.50", "2026-12-01")
    assert hit["reasons"] == ["Same word: heftruck.", "Teaches exactly this competency: vorkliften besturen."]


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("quantumfysica", "No training fits this."),
        ("🎉🎉", "There is no word in this text to search with."),
        ("de het een", "There is no word in this text to search with."),
        ("lang " * 2_000, "No training fits this."),
    ],
)
def test_link_says_that_nothing_fits(stocked: Pop, text: str, answer: str) -> None:
    result = stocked("link", text)
    assert result.exit_code == 0
    assert result.output.startswith(answer)


def test_link_refuses_an_empty_text_and_an_unknown_employer(stocked: Pop) -> None:
    result = stocked("link", "  ")
    assert (result.exit_code, result.stderr.count("\n")) == (1, 1)
    assert "the text is empty" in result.stderr
    result = stocked("link", "--employer", "elders", "lassen")
    assert result.exit_code == 1
    assert "elders" in result.stderr
