"""A run as people look at it: what it would change, what it has changed, and who has to do something."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import ConflictError, GuardError, NotAllowedError, NotFoundError
from connector.mapping_files import MappingFolders
from connector.services.installation import Installation
from connector.services.open_work import OpenWork
from connector.services.outgoing import mail_of
from connector.services.paging import PageRequest
from connector.services.quarantine import list_quarantine
from connector.services.quarantine_acts import ignore
from connector.services.run_blocks import find_block
from connector.services.run_plan import PlanRecord, count_changes, list_changes
from connector.services.runs import find_run, list_runs
from connector.services.sync import apply_plan, reject_plan
from connector.services.sync_messages import WAITS_MAIL
from connector.services.sync_orders import do_apply, order_apply, order_sync
from connector.services.work import Claim
from connector.store.accounts import Account, Organisation
from connector.store.sync_state import RecordState
from connector.store.work import DueWork, Outbox
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook, dump

Sync = Callable[..., RunReport]
HR = Actor(Role.HR, employer_id=1)
ADMINISTRATOR = Actor(Role.ADMINISTRATOR, employer_id=1)
ALL = PageRequest(1, 100)


@pytest.fixture
def planned(sync_hr: Sync, workbook: Workbook, files_installation: Installation) -> Installation:
    """A plan that waits: Bob has another job, Chloé is gone, Dries is new, and Bob's rating has a date."""
    sync_hr()
    people = workbook.rows["mensen"]
    people[1] = "2;Bob;Yılmaz;bob@example.org;groen;ploegbaas;1;15/03/2024;;80"
    people[2] = "4;Dries;Claes;;groen;groenarbeider;2;2026-11-01;;100"
    workbook.rows["beoordelingen"][0] = "2;Veilig werken;zelfstandig;01/06/2025;gesprek"
    workbook.write()
    sync_hr(dry_run=True)
    return files_installation


def _records(installation: Installation, **wanted: str) -> list[PlanRecord]:
    return list(list_changes(HR, installation, 2, ALL, **wanted).items)


def test_a_plan_says_of_each_record_what_would_change_and_why(planned: Installation) -> None:
    found = {(record.resource, record.key): record for record in _records(planned)}
    bob = found["employees", "2"]
    assert (bob.name, bob.action) == ("Bob Yılmaz", "changed")
    assert [dataclasses.astuple(line) for line in bob.fields] == [
        ("job", "groenarbeider", "ploegbaas", "resources.employees.fields.job"),
        ("job_title", "groenarbeider", "ploegbaas", "resources.employees.fields.job_title"),
    ]
    dries = found["employees", "4"]
    assert (dries.name, dries.action, dries.fields) == ("Dries Claes", "new", ())
    chloe = found["employees", "3"]
    assert (chloe.name, chloe.action, chloe.cause) == (
        "Chloé Dujardin",
        "missing",
        "resources.employees.absent = unknown",
    )
    rating = next(record for record in found.values() if record.resource == "ratings")
    assert rating.name == "Bob Yılmaz"
    assert {(one.resource, one.action): one.count for one in count_changes(HR, planned, 2)}["employees", "changed"] == 1


def test_a_plan_is_filtered_and_paged(planned: Installation) -> None:
    assert [record.key for record in _records(planned, resource="employees", action="new")] == ["4"]
    assert {record.action for record in _records(planned, action="missing")} == {"missing"}
    whole = _records(planned)
    pages = [list_changes(HR, planned, 2, PageRequest(number, 2)) for number in range(1, len(whole) // 2 + 2)]
    assert [record for page in pages for record in page.items] == whole
    assert {page.total for page in pages} == {len(whole)}


def test_what_was_planned_is_what_was_changed(planned: Installation) -> None:
    before = _records(planned)
    apply_plan(TIMER, planned, 2)
    after = {(record.resource, record.key): record for record in _records(planned)}
    assert set(after) == {(record.resource, record.key) for record in before}
    for record in before:
        assert after[record.resource, record.key].fields == record.fields
        assert after[record.resource, record.key].action == record.action
        assert after[record.resource, record.key].name == record.name


def test_a_run_that_waits_says_who_must_act_and_the_guard_its_numbers(
    sync_hr: Sync, workbook: Workbook, files_installation: Installation, clock: Clock
) -> None:
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.write()
    sync_hr()
    workbook.rows["mensen"] = workbook.rows["mensen"][:-6]
    workbook.write()
    with pytest.raises(GuardError):
        sync_hr()
    run = find_run(HR, files_installation, 2)
    (guard,) = run.guards
    assert (guard.kind, guard.resource, guard.count, guard.known, guard.limit) == ("missing", "employees", 6, 23, 5)
    assert (run.state, run.acts) == ("waits", "administrator")
    assert "pop sync apply 2" in run.who_must_act
    with files_installation.store.begin() as session:
        session.add(Account(id=7, issuer="i", subject="s", name="Ann", created_at=clock()))
    reject_plan(Actor(Role.ADMINISTRATOR, employer_id=1, account_id=7), files_installation, 2)
    run = find_run(HR, files_installation, 2)
    assert (run.state, run.acts, run.decided_by, run.decided_at) == ("rejected", "nobody", "Ann", clock())
    assert list_changes(HR, files_installation, 2, ALL).total == 0


def test_the_runs_of_a_source_the_newest_first(planned: Installation) -> None:
    page = list_runs(HR, planned, ALL, source="hr")
    assert [(run.number, run.state) for run in page.items] == [(2, "waits"), (1, "done")]
    scan = page.items[1].scans[0]
    assert scan.received == scan.counts.received > 0
    assert [run.number for run in list_runs(HR, planned, ALL, state="done").items] == [1]
    assert list_runs(Actor(Role.ADMINISTRATOR, None), planned, ALL).total == 2


def test_a_yes_from_afar_is_done_by_the_clock_in_the_name_of_who_gave_it(planned: Installation, clock: Clock) -> None:
    who = Actor(Role.ADMINISTRATOR, employer_id=1, account_id=7)
    order_apply(who, planned, 2)
    order_apply(who, planned, 2)
    with planned.store.read() as session:
        (row,) = session.scalars(select(DueWork).where(DueWork.kind == "sync.apply")).all()
    do_apply(TIMER, planned, row.payload, row.employer_id)
    run = find_run(HR, planned, 2)
    assert (run.state, run.decided_at) == ("done", clock())
    with pytest.raises(ConflictError, match="does not wait: it is done"):
        order_apply(who, planned, 2)


def test_a_plan_that_no_longer_holds_says_so_and_is_not_written(planned: Installation) -> None:
    order_apply(Actor(Role.ADMINISTRATOR, employer_id=1), planned, 2)
    with planned.store.begin() as session:
        state = session.scalars(select(RecordState).where(RecordState.key == "2")).first()
        assert state is not None
        state.hash = bytes(16)
    leave_out = ("sync_run",)
    before = dump(planned, leave_out=leave_out)
    do_apply(TIMER, planned, {"run": 2}, 1)
    run = find_run(HR, planned, 2)
    assert run.state == "waits" and "moved on since" in (run.message or "")
    assert dump(planned, leave_out=leave_out) == before


def test_a_sync_can_be_asked_for(planned: Installation) -> None:
    who = Actor(Role.ADMINISTRATOR, employer_id=1)
    order_sync(who, planned, "hr", dry_run=True)
    order_sync(who, planned, "hr", dry_run=True)
    with planned.store.read() as session:
        rows = session.scalars(select(DueWork).where(DueWork.kind == "sync.source")).all()
    assert [row.payload for row in rows] == [{"source": "hr", "dry_run": True}]
    with pytest.raises(NotFoundError):
        order_sync(who, planned, "nothing")
    with pytest.raises(NotFoundError):
        order_sync(dataclasses.replace(who, employer_id=2), planned, "hr")


def test_who_may_not(planned: Installation) -> None:
    for role in (Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING):
        with pytest.raises(NotAllowedError):
            list_changes(Actor(role, employer_id=1), planned, 2, ALL)
    for act in (order_apply, reject_plan):
        with pytest.raises(NotAllowedError):
            act(HR, planned, 2)
    other = Actor(Role.ADMINISTRATOR, employer_id=2)
    for look in (find_run, count_changes, order_apply):
        with pytest.raises(NotFoundError):
            look(other, planned, 2)
    with pytest.raises(NotFoundError):
        list_changes(other, planned, 2, ALL)


def test_a_plan_whose_mapping_is_broken_names_the_mistake_and_the_way_out(
    planned: Installation, tmp_path: Path
) -> None:
    folder = tmp_path / "own" / "hr"
    folder.mkdir(parents=True)
    (folder / "files.toml").write_text("title = [", encoding="utf-8")
    broken = dataclasses.replace(planned, mappings=MappingFolders(folder.parent))
    before = dump(planned)
    for say_yes in (apply_plan, order_apply):
        with pytest.raises(ConflictError, match="the mapping of this source cannot be read") as error:
            say_yes(ADMINISTRATOR, broken, 2)
        assert "files.toml" in error.value.tried or "hr/files" in error.value.tried
        assert "pop mapping check hr/files" in error.value.todo and "pop sync reject 2" in error.value.todo
    assert dump(planned) == before
    assert find_run(HR, broken, 2).state == "waits"
    assert find_block(HR, broken, 2) is not None and find_block(HR, planned, 2) is None
    assert find_block(Actor(Role.HR, employer_id=2), broken, 2) is None
    reject_plan(ADMINISTRATOR, broken, 2)
    assert find_block(HR, broken, 2) is None


@pytest.mark.parametrize(
    ("account", "employer", "subject"),
    [
        ("fr", "nl", "La connexion hr vous attend"),
        ("en", "nl", "The connection hr waits for you"),
        ("nl", "fr", "De koppeling hr wacht op je"),
        ("de", "fr", "La connexion hr vous attend"),
    ],
)
def test_whoever_must_decide_gets_a_mail_in_a_language_of_theirs(
    planned: Installation, clock: Clock, account: str, employer: str, subject: str
) -> None:
    with planned.store.begin() as session:
        session.get_one(Organisation, 1).language = employer
        session.add(
            Account(
                id=7, issuer="i", subject="s", name="Ann", email="ann@example.org", language=account, created_at=clock()
            )
        )
    payload = {"account_id": 7, "source": "hr", "run": 2}
    claim = Claim(Outbox, 1, "k", WAITS_MAIL, payload, 1, clock(), 1, "w")
    mail = mail_of(TIMER, planned, claim, "pop@example.org")
    assert mail is not None and mail.subject == subject


def test_a_run_says_what_of_its_source_is_still_open(
    sync_hr: Sync, workbook: Workbook, files_installation: Installation
) -> None:
    sync_hr()
    assert find_run(HR, files_installation, 1).who_must_act == "Nobody has to do anything."
    people = workbook.rows["mensen"]
    people += ["4;Dries;Claes;geen adres;groen;;1;31/02/2026;;", "5;An;Maes;geen adres;groen;;1;;;"]
    people[1] = "2;Zed;Interim;;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    sync_hr()
    for run in (find_run(HR, files_installation, 2), list_runs(HR, files_installation, ALL).items[0]):
        assert (run.acts, run.open_work.quarantined, run.open_work.waiting) == ("administrator", 2, 1)
        assert run.who_must_act == (
            "Look at hr now: 2 records are in quarantine (`pop quarantine hr`), "
            "and 1 record waits for a person's word (`pop review hr`): employees 2."
        )
    for entry in list_quarantine(HR, files_installation).items:
        ignore(ADMINISTRATOR, files_installation, entry.id, "is zo")
    assert "quarantine" not in find_run(HR, files_installation, 2).who_must_act
    people[1] = "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    sync_hr()
    assert (find_run(HR, files_installation, 2).acts, find_run(HR, files_installation, 3).acts) == ("nobody", "nobody")


def test_of_many_who_wait_a_few_are_named() -> None:
    doubtful = (("employees", "1"), ("employees", "2"), ("employees", "3"))
    said = OpenWork(0, 12, doubtful).sentence("hr")
    assert said == (
        "Look at hr now: 12 records wait for a person's word (`pop review hr`): "
        "employees 1, employees 2, employees 3, …."
    )


def test_a_run_that_is_not_there_is_named(files_installation: Installation) -> None:
    with pytest.raises(NotFoundError, match=r"run 77: there is no such run .*`pop runs`"):
        find_run(HR, files_installation, 77)
