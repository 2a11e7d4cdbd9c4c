"""An employer that is read from a folder of CSV files, and the people who look at it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

from connector.domain.access import TIMER, Role
from connector.errors import GuardError
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.sync.conftest import SHEETS, Workbook
from tests.web.conftest import PageClient
from tests.web.pages.conftest import World

PEOPLE = 23


@dataclasses.dataclass
class Hr:
    """`workbook` is what the source holds; `sync()` reads it, `world` has the browsers."""

    world: World
    workbook: Workbook

    @property
    def installation(self) -> Installation:
        return self.world.installation

    def sync(self, **options: Any) -> RunReport:
        self.workbook.write()
        options.setdefault("mode", Mode.ROUTINE)
        return run_sync(TIMER, self.installation, "hr", **options)

    def stopped(self) -> int:
        """Read a source that a guard stops; gives the number of the run that waits."""
        before = len(self.workbook.rows["mensen"])
        self.workbook.rows["mensen"] = self.workbook.rows["mensen"][: before - 6]
        try:
            self.sync()
        except GuardError:
            pass
        else:
            raise AssertionError("no guard stopped it")
        return self.last_run()

    def last_run(self) -> int:
        from connector.services.connections import list_connections

        (found,) = list_connections(TIMER_READS, self.installation)
        return found.run or 0

    @property
    def administrator(self) -> PageClient:
        return self.world.client(Role.ADMINISTRATOR, name="Ann Beheer")

    @property
    def hr(self) -> PageClient:
        return self.world.client(Role.HR)


TIMER_READS = dataclasses.replace(TIMER, role=Role.ADMINISTRATOR)


def people(*first: str) -> list[str]:
    """These lines, and as many more as a source of some size has."""
    return [*first, *(f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30))]


def create_hr(folder: Path, installation: Installation, create_client: Callable[..., PageClient], **config: Any) -> Hr:
    """A source `hr` of acme: Alice leads Bob and Chloé, and twenty others. Nothing is read yet."""
    folder.mkdir()
    book = Workbook(
        folder,
        {
            "mensen": people(
                "1;Alice;Peeters;alice@example.org;groen;ploegbaas;;01/02/2020;;100",
                "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;;80",
                "3;Chloé;Dujardin;;groen;groenarbeider;1;2026-01-05;;50",
            ),
            "functies": ["ploegbaas;Leidt de ploeg", "groenarbeider;Werkt in het groen"],
            "functie-competenties": ["groenarbeider;Veilig werken;zelfstandig;2"],
            "beoordelingen": ["2;Veilig werken;gevorderd;01/06/2026;gesprek"],
            "afwezigheden": ["3;2026-11-23;2026-11-27"],
        },
    )
    assert set(book.rows) == set(SHEETS)
    book.write()
    connection = Connection(name="hr", path=str(folder))
    source = SourceConfig("hr", "hr/files", "acme", connection, "Europe/Brussels", **config)
    chosen = dataclasses.replace(installation, sources={"hr": source})
    app = create_client(installation=chosen).app
    return Hr(World(chosen, lambda: PageClient(app)), book)
