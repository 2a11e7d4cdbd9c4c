"""Sessions of trainings with their seats, and what people finished: kept up to date, cancelled, never forgotten."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.installation import Installation, SourceConfig
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.facts import holds
from connector.store.hr import Employment, Training
from connector.store.learning import TrainingRecord, TrainingSession
from connector.store.sync_state import RecordState
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import NOW, Clock
from tests.sync.conftest import dump

TODAY = date(2026, 11, 23)
HEADINGS = {
    "opleidingen": "code;titel",
    "sessies": "sessie;opleiding;van;tot;status;plaats;plaatsen;plaatsen vrij;prijs",
    "gevolgd": "personeelsnummer;voornaam;naam;opleiding;datum;resultaat;voortgang",
}
OF_THE_RUN = ("sync_run", "scan", "scan_page")


class School:
    """A catalogue of two trainings in a folder of CSV files; a session that goes from the sheet has ended."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.installation = installation
        self._folder = folder
        self.rows = {"opleidingen": ["H1;Heftruck", "E1;Eerste hulp"], "sessies": [], "gevolgd": []}

    def sync(self) -> RunReport:
        for sheet, heading in HEADINGS.items():
            text = "\n".join([heading, *self.rows[sheet]]) + "\n"
            (self._folder / f"{sheet}.csv").write_text(text, encoding="utf-8")
        return run_sync(TIMER, self.installation, "school", mode=Mode.ACCEPTED)

    def sessions(self) -> dict[str, TrainingSession]:
        with self.installation.store.read() as session:
            keys = {row.id: row.key for row in session.scalars(select(RecordState))}
            return {keys[row.record_id]: row for row in session.scalars(select(TrainingSession))}

    def records(self, day: date = TODAY) -> list[tuple[str, str | None, date | None, Decimal | None]]:
        """Training, result, day and progress of what is believed to hold on a day."""
        with self.installation.store.read() as session:
            rows = session.execute(
                select(Training.key, TrainingRecord)
                .join(Training, Training.id == TrainingRecord.training_id)
                .where(holds(TrainingRecord, day))
                .order_by(TrainingRecord.id)
            )
            return [(key, row.result, row.completed_on, row.progress) for key, row in rows]


@pytest.fixture
def school(create_installation: Callable[..., Installation], tmp_path: Path) -> School:
    (tmp_path / "own/catalogues").mkdir(parents=True)
    shipped = (SHIPPED / "catalogues/files.toml").read_text(encoding="utf-8")
    ended = shipped.replace('key = "sessie"\nabsent = "unknown"', 'key = "sessie"\nabsent = "ended"')
    assert ended != shipped
    (tmp_path / "own/catalogues/school.toml").write_text(ended, encoding="utf-8")
    folder = tmp_path / "csv"
    folder.mkdir()
    connection = Connection(name="school", path=str(folder))
    config = SourceConfig("school", "catalogues/school", "acme", connection, "Europe/Brussels")
    return School(create_installation(sources={"school": config}, mappings=MappingFolders(tmp_path / "own")), folder)


def test_seats_and_price_are_known_or_unknown_never_guessed(school: School) -> None:
    school.rows["sessies"] = ["a;H1;01/12/2026;02/12/2026;;Brugge;12;0;0", "b;H1;09/02/2027;;;;;;"]
    assert school.sync().totals.waiting == 0
    found = school.sessions()
    full, unsaid = found["a"], found["b"]
    assert (full.seats, full.seats_left, full.price, full.currency) == (12, 0, Decimal("0.00"), "EUR")
    assert (full.starts_on, full.ends_on, full.place) == (date(2026, 12, 1), date(2026, 12, 2), "Brugge")
    assert (unsaid.seats, unsaid.seats_left, unsaid.price, unsaid.ends_on, unsaid.place) == (None,) * 5


def test_a_session_is_kept_up_to_date_in_its_row(school: School) -> None:
    school.rows["sessies"] = ["a;H1;01/12/2026;;;Brugge;12;5;245,5"]
    school.sync()
    before = school.sessions()["a"]
    school.rows["sessies"] = ["a;E1;08/12/2026;;;;12;4;"]
    school.sync()
    now = school.sessions()["a"]
    assert (now.id, now.seats_left, now.starts_on, now.place, now.price) == (
        before.id,
        4,
        date(2026, 12, 8),
        None,
        None,
    )
    assert now.training_id != before.training_id


def test_one_that_is_called_off_keeps_the_day_and_may_go_on_again(school: School, clock: Clock) -> None:
    row = "a;H1;01/12/2026;;{};;12;{};"
    school.rows["sessies"] = [row.format("geannuleerd", 5)]
    school.sync()
    clock.now = NOW + timedelta(days=2)
    school.rows["sessies"] = [row.format("geannuleerd", 12)]
    school.sync()
    found = school.sessions()["a"]
    assert (found.cancelled_on, found.seats_left) == (TODAY, 12)
    school.rows["sessies"] = [row.format("gepland", 12)]
    school.sync()
    assert school.sessions()["a"].cancelled_on is None


def test_one_that_is_no_longer_listed_was_cancelled_unless_it_took_place(school: School) -> None:
    coming, running, over = (
        "a;H1;01/12/2026;;;;;;",
        "b;H1;20/11/2026;23/11/2026;;;;;",
        "c;H1;20/11/2026;22/11/2026;;;;;",
    )
    school.rows["sessies"] = [coming, running, over]
    school.sync()
    school.rows["sessies"] = []
    assert school.sync().resources["sessions"].missing == 3
    assert {key: row.cancelled_on for key, row in school.sessions().items()} == {"a": TODAY, "b": TODAY, "c": None}
    school.rows["sessies"] = [coming]
    school.sync()
    assert school.sessions()["a"].cancelled_on is None


def test_a_session_waits_for_its_training(school: School) -> None:
    school.rows["sessies"] = ["a;X9;01/12/2026;;;;;;"]
    report = school.sync()
    assert report.totals.waiting == 1
    assert [problem.field for problem in report.problems] == ["training"]
    assert school.sessions() == {}
    school.rows["opleidingen"].append("X9;Later gekomen")
    assert school.sync().totals.waiting == 0
    assert set(school.sessions()) == {"a"}


def test_a_session_that_ends_before_it_begins_is_not_taken(school: School) -> None:
    school.rows["sessies"] = ["a;H1;02/12/2026;01/12/2026;;;;;"]
    assert school.sync().totals.quarantined == 1
    assert school.sessions() == {}


def test_what_was_followed_is_dated_and_its_past_is_kept(school: School, clock: Clock) -> None:
    school.rows["gevolgd"] = ["12;Zoë;Peeters;H1;;;40", "12;Zoë;Peeters;E1;05/03/2025;geslaagd;"]
    school.sync()
    assert school.records() == [("H1", None, None, 40), ("E1", "passed", date(2025, 3, 5), None)]
    assert school.records(date(2025, 3, 5)) == [("E1", "passed", date(2025, 3, 5), None)]
    assert school.records(date(2025, 3, 4)) == []
    clock.now = NOW + timedelta(days=7)
    school.rows["gevolgd"][0] = "12;Zoë;Peeters;H1;;gevolgd;100"
    school.sync()
    assert ("H1", "attended", None, 100) in school.records(date(2026, 11, 30))
    assert ("H1", None, None, 40) in school.records(date(2026, 11, 29)), "how far it was before is forgotten"


def test_every_record_of_a_training_has_its_source(school: School) -> None:
    school.rows["gevolgd"] = ["12;Zoë;Peeters;H1;;;40"]
    report = school.sync()
    with school.installation.store.read() as session:
        (row,) = session.scalars(select(TrainingRecord))
        state = session.get_one(RecordState, row.record_id)
        assert (row.run_id, state.resource, state.key) == (report.number, "completions", "12 | H1 | null")


def test_who_left_keeps_what_was_finished_when_the_source_drops_it(school: School, clock: Clock) -> None:
    school.rows["gevolgd"] = [
        "12;Zoë;Peeters;H1;05/03/2025;geslaagd;",
        "12;Zoë;Peeters;E1;;gevolgd;",
        "12;Zoë;Peeters;E1;;;50",
    ]
    school.rows["gevolgd"][2] = "13;Bo;Weg;E1;;;50"
    school.sync()
    clock.now = NOW + timedelta(days=7)
    school.rows["gevolgd"] = ["14;An;Smit;H1;;;10"]
    school.sync()
    day = TODAY + timedelta(days=7)
    assert school.records(day) == [
        ("H1", "passed", date(2025, 3, 5), None), ("E1", "attended", None, None), ("H1", None, None, 10),
    ]  # fmt: skip


def test_a_completion_waits_for_person_and_training(school: School) -> None:
    school.rows["gevolgd"] = ["12;Zoë;Peeters;X9;05/03/2025;geslaagd;"]
    assert school.sync().totals.waiting == 1
    assert school.records() == []
    school.rows["opleidingen"].append("X9;Later gekomen")
    assert school.sync().totals.waiting == 0
    assert school.records() == [("X9", "passed", date(2025, 3, 5), None)]


def test_a_list_of_trainings_says_nothing_of_anybodys_employment(school: School) -> None:
    school.rows["gevolgd"] = ["12;Zoë;Peeters;H1;;;40"]
    school.sync()
    school.rows["gevolgd"] = []
    school.sync()
    with school.installation.store.read() as session:
        assert session.scalars(select(Employment.status).where(holds(Employment, TODAY))).all() == ["unknown"]


def test_a_second_run_writes_nothing(school: School, clock: Clock) -> None:
    school.rows["sessies"] = ["a;H1;01/12/2026;;geannuleerd;;12;0;0", "b;X9;01/12/2026;;;;;;"]
    school.rows["gevolgd"] = ["12;Zoë;Peeters;H1;;gevolgd;33,33", "12;Zoë;Peeters;E1;05/03/2025;geslaagd;"]
    school.sync()
    before = dump(school.installation, leave_out=OF_THE_RUN)
    clock.now = NOW + timedelta(days=3)
    school.sync()
    assert dump(school.installation, leave_out=OF_THE_RUN) == before
