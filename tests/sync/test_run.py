"""A run from files: what it reads, what it writes, and what a second one leaves alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from sqlalchemy import select

from connector.services.installation import Installation
from connector.store.facts import holds
from connector.store.hr import Absence, CompetencyRating, Employment, JobRequirement
from connector.store.people import person_cards
from connector.store.sync_state import Change, QuarantinedRecord, RecordState, SyncRun
from connector.store.work import DueWork
from connector.sync.report import RunReport
from tests.sync.conftest import Workbook, dump

TODAY = date(2026, 11, 23)
Sync = Callable[..., RunReport]


def test_a_first_run_brings_everybody_with_job_unit_and_supervisor(
    sync_hr: Sync, files_installation: Installation
) -> None:
    report = sync_hr()
    assert report.state == "done"
    assert {name: counts.new for name, counts in report.resources.items()} == {
        "units": 1,
        "jobs": 2,
        "job_requirements": 3,
        "employees": 3,
        "ratings": 2,
        "absences": 1,
    }
    assert all(counts.adds_up for counts in report.resources.values())
    with files_installation.store.read() as session:
        cards = {card.name: card for card in person_cards(session, 1, TODAY).values()}
        assert not session.scalars(select(RecordState).where(RecordState.is_pending)).all()
    bob, alice = cards["Bob Yılmaz"], cards["Alice Peeters"]
    assert (bob.job_title, bob.unit_name, bob.supervisor_id) == ("groenarbeider", "groen", alice.person_id)
    assert alice.supervisor_id is None
    assert bob.hired_on == date(2024, 3, 15)


def test_levels_hold_from_the_day_they_were_assessed(sync_hr: Sync, files_installation: Installation) -> None:
    sync_hr()

    def level(on: date) -> str | None:
        with files_installation.store.read() as session:
            return session.scalar(select(CompetencyRating.level_label).where(holds(CompetencyRating, on)))

    assert [level(date(2025, 5, 31)), level(date(2025, 6, 1)), level(TODAY)] == [None, "basis", "gevorderd"]


def test_a_second_run_writes_nothing_but_its_own_run_and_scans(sync_hr: Sync, files_installation: Installation) -> None:
    sync_hr()
    own = ("sync_run", "scan", "scan_page")
    before = dump(files_installation, leave_out=own)
    report = sync_hr()
    assert (report.totals.new, report.totals.changed) == (0, 0)
    assert report.totals.same == report.totals.read == 12
    assert dump(files_installation, leave_out=own) == before


def test_a_change_keeps_old_new_and_the_line_that_caused_it(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["mensen"][2] = "3;Chloé;Dujardin;;groen;groenarbeider;2;2026-01-05;;50"
    workbook.write()
    assert sync_hr().totals.changed == 1
    with files_installation.store.read() as session:
        change = session.scalars(select(Change).where(Change.action == "changed")).one()
        cards = {card.name: card for card in person_cards(session, 1, TODAY).values()}
        events = session.scalars(select(DueWork.kind)).all()
    assert (change.field, change.old, change.new) == ("supervisor", "1", "2")
    assert change.cause == "resources.employees.fields.supervisor"
    assert cards["Chloé Dujardin"].supervisor_id == cards["Bob Yılmaz"].person_id
    assert events == ["hr.supervisor_changed"]


def test_who_was_the_supervisor_on_an_earlier_day_can_be_asked(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["mensen"][2] = "3;Chloé;Dujardin;;groen;groenarbeider;2;2026-01-05;;50"
    workbook.write()
    sync_hr()
    with files_installation.store.read() as session:
        then = {card.name: card for card in person_cards(session, 1, TODAY - timedelta(days=1)).values()}
    assert then["Chloé Dujardin"].supervisor_id == then["Alice Peeters"].person_id


def test_a_wrong_record_is_quarantined_without_its_values_and_the_rest_goes_on(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"].append("4;Geheim;Persoon;geen-adres;groen;ploegbaas;1;31/02/2026;;100")
    workbook.rows["beoordelingen"].append("4;Veilig werken;basis;;")
    workbook.write()
    report = sync_hr()
    employees, ratings = report.resources["employees"], report.resources["ratings"]
    assert (employees.new, employees.quarantined) == (3, 1)
    assert (ratings.new, ratings.waiting) == (2, 1)
    assert employees.adds_up and ratings.adds_up
    with files_installation.store.read() as session:
        rows = session.scalars(select(QuarantinedRecord).order_by(QuarantinedRecord.field)).all()
    assert [row.field for row in rows] == ["email", "hired_on"]
    assert "must be a date that exists" in rows[1].reason
    stored = repr([(row.reason, row.kind, row.shape) for row in rows])
    assert not any(word in stored for word in ("Geheim", "Persoon", "geen-adres", "31/02"))


def test_a_mended_record_leaves_quarantine_and_what_waited_for_it_follows(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"].append("4;Dirk;Claes;geen-adres;groen;ploegbaas;1;;;")
    workbook.rows["beoordelingen"].append("4;Veilig werken;basis;;")
    workbook.write()
    sync_hr()
    workbook.rows["mensen"][3] = "4;Dirk;Claes;dirk@example.org;groen;ploegbaas;1;;;"
    workbook.write()
    report = sync_hr()
    assert report.resources["employees"].new == 1
    assert report.resources["ratings"].waiting == 0
    with files_installation.store.read() as session:
        assert session.scalars(select(QuarantinedRecord.resolved_at)).one() is not None
        dirk = next(card for card in person_cards(session, 1, TODAY).values() if card.name == "Dirk Claes")
        levels = session.scalars(select(CompetencyRating.level).where(CompetencyRating.person_id == dirk.person_id))
        assert levels.all() == [25]


def test_the_same_number_twice_is_nobodys_record(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    workbook.rows["mensen"].append("4;Dirk;Claes;;groen;;;;;")
    workbook.rows["mensen"].append("4;Els;Maes;;groen;;;;;")
    workbook.write()
    first, second = sync_hr().resources["employees"], sync_hr().resources["employees"]
    assert first.adds_up and second.adds_up
    assert first.quarantined >= 1


def test_missing_is_only_concluded_and_never_deletes(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    gone = workbook.rows["mensen"].pop()
    workbook.write()
    assert sync_hr().resources["employees"].missing == 1
    with files_installation.store.read() as session:
        state = session.scalars(select(RecordState).where(RecordState.missing_since.is_not(None))).one()
        assert state.missing_since == TODAY
        assert len(person_cards(session, 1, TODAY)) == 3
        assert session.scalars(select(Employment.status).where(holds(Employment, TODAY))).all() == ["active"] * 3
    workbook.rows["mensen"].append(gone)
    workbook.write()
    assert sync_hr().resources["employees"].missing == 0
    with files_installation.store.read() as session:
        assert session.scalars(select(Change.action).order_by(Change.id.desc())).first() == "returned"


def test_a_requirement_that_is_taken_out_ends_and_stays_in_history(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["functie-competenties"].pop()
    workbook.write()
    sync_hr()
    with files_installation.store.read() as session:
        assert len(session.scalars(select(JobRequirement).where(holds(JobRequirement, TODAY))).all()) == 2
        assert len(session.scalars(select(JobRequirement)).all()) >= 3


def test_somebody_who_leaves_is_active_until_the_last_day(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;30/11/2026;80"
    workbook.write()
    sync_hr()
    with files_installation.store.read() as session:
        statuses = [
            next(card.status for card in person_cards(session, 1, day).values() if card.name == "Bob Yılmaz")
            for day in (TODAY, date(2026, 11, 30), date(2026, 12, 1))
        ]
        events = session.scalars(select(DueWork.kind)).all()
    assert statuses == ["active", "active", "left"]
    assert events == ["hr.left"]


def test_a_corrected_absence_replaces_the_first_one(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    workbook.rows["afwezigheden"] = ["3;2026-11-23;2026-12-04"]
    workbook.write()
    sync_hr()
    with files_installation.store.read() as session:
        assert session.scalars(select(Absence.ends_on).where(holds(Absence, TODAY))).all() == [date(2026, 12, 4)]


def test_a_dry_run_tells_and_writes_nothing(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook
) -> None:
    sync_hr()
    own = ("sync_run", "scan", "scan_page", "staged_record")
    before = dump(files_installation, leave_out=own)
    workbook.rows["mensen"][0] = "1;Alice;Peeters;a.peeters@example.org;groen;ploegbaas;;01/02/2020;;100"
    workbook.write()
    report = sync_hr(dry_run=True)
    assert (report.state, report.is_plan, report.totals.changed) == ("waits", True, 1)
    assert [(change.field, change.new) for change in report.changes] == [("email", "a.peeters@example.org")]
    assert dump(files_installation, leave_out=own) == before


def test_runs_are_numbered_and_keep_their_counts(sync_hr: Sync, files_installation: Installation) -> None:
    numbers = [sync_hr().number, sync_hr().number]
    with files_installation.store.read() as session:
        runs = session.scalars(select(SyncRun).order_by(SyncRun.id)).all()
    assert numbers == [run.id for run in runs]
    assert [run.counts["new"] for run in runs] == [12, 0]
