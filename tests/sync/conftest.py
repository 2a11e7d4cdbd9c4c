"""A small employer in CSV files, and a way to sync it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.database import Store
from connector.store.schema import metadata
from connector.sync.plan import Mode
from connector.sync.report import RunReport

SHEETS = {
    "mensen": "personeelsnummer;voornaam;naam;e-mail;afdeling;functie;leidinggevende;in dienst;uit dienst;deeltijds",
    "functies": "functie;omschrijving",
    "functie-competenties": "functie;competentie;niveau;gewicht",
    "beoordelingen": "personeelsnummer;competentie;niveau;datum;bron",
    "afwezigheden": "personeelsnummer;van;tot",
}


@dataclass
class Workbook:
    """The CSV files of an employer: `rows[sheet]` are its lines below the heading."""

    folder: Path
    rows: dict[str, list[str]]

    def write(self) -> None:
        for sheet, heading in SHEETS.items():
            text = "\n".join([heading, *self.rows.get(sheet, [])])
            (self.folder / f"{sheet}.csv").write_text(text + "\n", encoding="utf-8")


@pytest.fixture(params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest) -> Store:
    """Every test of the engine runs on both databases."""
    name = "sqlite_store" if request.param == "sqlite" else "postgresql_store"
    opened: Store = request.getfixturevalue(name)
    return opened


@pytest.fixture
def workbook(tmp_path: Path) -> Workbook:
    """Alice leads Bob and Chloé in the green team; Bob's level in safety was assessed twice."""
    folder = tmp_path / "hr"
    folder.mkdir()
    book = Workbook(
        folder,
        {
            "mensen": [
                "1;Alice;Peeters;alice@example.org;groen;ploegbaas;;01/02/2020;;100",
                "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;;80",
                "3;Chloé;Dujardin;;groen;groenarbeider;1;2026-01-05;;50",
            ],
            "functies": ["ploegbaas;Leidt de ploeg", "groenarbeider;Werkt in het groen"],
            "functie-competenties": [
                "groenarbeider;Veilig werken;zelfstandig;2",
                "groenarbeider;Heftruck besturen;basis;",
                "ploegbaas;Leiding geven;expert;",
            ],
            "beoordelingen": [
                "2;Veilig werken;basis;01/06/2025;gesprek",
                "2;Veilig werken;gevorderd;01/06/2026;gesprek",
            ],
            "afwezigheden": ["3;2026-11-23;2026-11-27"],
        },
    )
    book.write()
    return book


@pytest.fixture
def files_installation(create_installation: Callable[..., Installation], workbook: Workbook) -> Installation:
    connection = Connection(name="hr", path=str(workbook.folder), page_size=2)
    config = SourceConfig("hr", "hr/files", "acme", connection, "Europe/Brussels")
    return create_installation(sources={"hr": config})


@pytest.fixture
def sync_hr(files_installation: Installation) -> Callable[..., RunReport]:
    def sync(**options: Any) -> RunReport:
        options.setdefault("mode", Mode.ROUTINE)
        return run_sync(TIMER, files_installation, "hr", **options)

    return sync


def dump(installation: Installation, *, leave_out: tuple[str, ...] = ()) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to compare the whole database with."""
    with installation.store.read() as session:
        return {
            table.name: sorted(map(tuple, session.execute(select(table))), key=repr)
            for table in metadata.sorted_tables
            if table.name not in leave_out
        }
