"""Whom a record speaks of, where a person has to say: decisions, and joins that are taken back."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import ConflictError, InputError, NotAllowedError, NotFoundError
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.explain import explain
from connector.services.installation import Installation, SourceConfig
from connector.services.review import find_case, list_cases
from connector.services.review_decisions import join, separate
from connector.services.review_joined import list_joined, undo
from connector.services.sync import run_sync
from connector.sources.reader import Connection
from connector.store.accounts import Account, AuditEvent, PersonLink
from connector.store.hr import CompetencyRating, SourceIdentity
from connector.store.people import PersonCard, person_cards
from connector.store.plan import DevelopmentPlan
from connector.store.work import DueWork
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import Clock
from tests.sync.conftest import Workbook, dump

Sync = Callable[..., RunReport]
HR = Actor(Role.HR, employer_id=1, account_id=7)
TODAY = date(2026, 11, 23)


def _cards(installation: Installation, on: date = TODAY) -> dict[int, PersonCard]:
    with installation.store.read() as session:
        return person_cards(session, 1, on)


def _named(installation: Installation, name: str, on: date = TODAY) -> PersonCard:
    return next(card for card in _cards(installation, on).values() if card.name == name)


@pytest.fixture
def renamed(sync_hr: Sync, workbook: Workbook, files_installation: Installation) -> Installation:
    """The number of Bob Yılmaz, whose record says Robert Maes now."""
    sync_hr()
    workbook.rows["mensen"][1] = "2;Robert;Maes;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    assert sync_hr().totals.waiting == 1
    return files_installation


@pytest.fixture
def own_mapping(files_installation: Installation, tmp_path: Path) -> Callable[..., Installation]:
    """The same employer, with a mapping that says what it means that somebody is no longer there."""

    def create(absent: str) -> Installation:
        folder = tmp_path / "own" / "hr"
        folder.mkdir(parents=True)
        text = (SHIPPED / "hr" / "files.toml").read_text(encoding="utf-8")
        (folder / "files.toml").write_text(text.replace('absent = "unknown"', f'absent = "{absent}"'), encoding="utf-8")
        return dataclasses.replace(files_installation, mappings=MappingFolders(folder.parent))

    return create


def test_a_record_under_another_name_waits_with_what_was_compared(renamed: Installation) -> None:
    (case,) = list_cases(HR, renamed)
    (candidate,) = case.candidates
    assert (case.is_known, case.key, case.record["given_name"]) == (True, "2", "Robert")
    assert candidate.card is not None and candidate.card.name == "Bob Yılmaz"
    assert [evidence.words for evidence in candidate.evidence] == ["another name"]
    assert find_case(HR, renamed, case.id) == case
    assert _named(renamed, "Bob Yılmaz")


def test_the_same_human_takes_the_new_name_over(renamed: Installation, sync_hr: Sync) -> None:
    (case,) = list_cases(HR, renamed)
    bob = _named(renamed, "Bob Yılmaz").person_id
    join(HR, renamed, case.id, bob)
    report = sync_hr()
    assert (report.totals.waiting, report.resources["employees"].changed) == (0, 1)
    assert report.totals.adds_up
    assert _named(renamed, "Robert Maes").person_id == bob
    assert list_cases(HR, renamed) == []
    assert sync_hr().totals.changed == 0


def test_a_name_that_is_put_back_is_no_question_any_more(
    renamed: Installation, sync_hr: Sync, workbook: Workbook
) -> None:
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    assert sync_hr().problems == []
    assert list_cases(HR, renamed) == []


def test_a_yes_to_one_name_is_no_yes_to_the_next(renamed: Installation, sync_hr: Sync, workbook: Workbook) -> None:
    (case,) = list_cases(HR, renamed)
    join(HR, renamed, case.id, _named(renamed, "Bob Yılmaz").person_id)
    workbook.rows["mensen"][1] = "2;Zed;Interim;;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    assert sync_hr().totals.waiting == 1
    assert list_cases(HR, renamed)[0].record["given_name"] == "Zed"


@pytest.mark.parametrize(("absent", "status"), [("unknown", "active"), ("left", "left")])
def test_whose_number_a_newcomer_got_is_no_longer_there(
    workbook: Workbook, own_mapping: Callable[..., Installation], absent: str, status: str
) -> None:
    renamed = own_mapping(absent)
    for name in ("Bob;Yılmaz", "Robert;Maes"):
        workbook.rows["mensen"][1] = f"2;{name};bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
        workbook.write()
        run_sync(TIMER, renamed, "hr", mode=Mode.ROUTINE)
    workbook.rows["mensen"].append("5;Eva;Wouters;;groen;groenarbeider;2;;;")
    workbook.write()
    run_sync(TIMER, renamed, "hr", mode=Mode.ROUTINE)
    (case,) = list_cases(HR, renamed)
    bob = _named(renamed, "Bob Yılmaz").person_id
    assert _named(renamed, "Eva Wouters").supervisor_id == bob
    separate(HR, renamed, case.id)
    assert _cards(renamed)[bob].status == status  # as the mapping says of who is no longer there
    run_sync(TIMER, renamed, "hr", mode=Mode.ROUTINE)
    robert = _named(renamed, "Robert Maes")
    assert robert.person_id != bob and (robert.status, robert.employee_number) == ("active", "2")
    assert _named(renamed, "Bob Yılmaz").status == status
    assert _named(renamed, "Eva Wouters").supervisor_id == robert.person_id
    with renamed.store.read() as session:
        rated = session.scalars(select(CompetencyRating.person_id).where(CompetencyRating.recorded_to.is_(None)))
        assert set(rated) == {bob}  # what was said of Bob was true of Bob
    assert run_sync(TIMER, renamed, "hr", mode=Mode.ROUTINE).totals.changed == 0


def test_nobody_decides_twice(renamed: Installation) -> None:
    (case,) = list_cases(HR, renamed)
    separate(HR, renamed, case.id)
    with pytest.raises(ConflictError, match="has decided this already: separate"):
        join(HR, renamed, case.id, 1)


# Two sources of one employer.

LMS = "2;Bobby;Yılmaz;robert@lms.example;groen;;;15/03/2024;;"


@pytest.fixture
def both(files_installation: Installation, tmp_path: Path, clock: Clock) -> Callable[..., Installation]:
    """HR, and then a second source with one person. With `leads`, the second one stands first in the settings."""

    def sync(line: str, *, leads: bool = False) -> Installation:
        other = Workbook(tmp_path / "lms", {"mensen": [line], "beoordelingen": [f"{line[0]};Heftruck;basis;;lms"]})
        other.folder.mkdir()
        other.write()
        connection = Connection(name="lms", path=str(other.folder))
        config = SourceConfig("lms", "hr/files", "acme", connection, "Europe/Brussels")
        hr = files_installation.sources
        found = dataclasses.replace(
            files_installation, sources={"lms": config, **hr} if leads else {**hr, "lms": config}
        )
        run_sync(TIMER, found, "hr", mode=Mode.ROUTINE)
        clock.now += timedelta(minutes=1)
        run_sync(TIMER, found, "lms", mode=Mode.ROUTINE)
        return found

    return sync


def sync_both(installation: Installation) -> None:
    for name in ("hr", "lms"):
        run_sync(TIMER, installation, name, mode=Mode.ROUTINE)


DOUBTFUL = "9;Bob;Yılmaz;bob@example.org;groen;;;15/04/2025;;"  # another number, and hired on another day


def test_somebody_who_may_be_known_waits_and_is_joined(both: Callable[..., Installation]) -> None:
    installation = both(DOUBTFUL)
    (case,) = list_cases(HR, installation)
    bob = _named(installation, "Bob Yılmaz").person_id
    assert (case.source, case.is_known, [found.person_id for found in case.candidates]) == ("lms", False, [bob])
    assert {evidence.kind for evidence in case.candidates[0].evidence} >= {"same_name", "email"}
    assert 0.45 <= case.candidates[0].confidence < 0.8
    join(HR, installation, case.id, bob)
    with installation.store.read() as session:
        assert [row.payload["source"] for row in session.scalars(select(DueWork))] == ["lms"]
    sync_both(installation)
    assert len(_cards(installation)) == 3
    (joined,) = list_joined(HR, installation)
    assert (joined.person_id, joined.records) == (bob, (("hr", "2"), ("lms", "9")))


def test_somebody_who_may_be_known_is_somebody_new(both: Callable[..., Installation]) -> None:
    installation = both(DOUBTFUL)
    separate(HR, installation, list_cases(HR, installation)[0].id)
    sync_both(installation)
    assert sorted(card.name for card in _cards(installation).values()).count("Bob Yılmaz") == 2
    assert list_cases(HR, installation) == [] and list_joined(HR, installation) == []


def test_only_a_person_of_this_employer_can_be_chosen(both: Callable[..., Installation]) -> None:
    installation = both(DOUBTFUL)
    (case,) = list_cases(HR, installation)
    with pytest.raises(InputError, match="no such person"):
        join(HR, installation, case.id, 999)
    assert list_cases(HR, installation) == [case]


def test_a_join_is_undone_and_each_has_what_is_theirs(both: Callable[..., Installation], clock: Clock) -> None:
    installation = both(LMS, leads=True)
    bob = _named(installation, "Bobby Yılmaz").person_id
    joined = _cards(installation)[bob]
    assert len(_cards(installation)) == 3
    assert (joined.email, joined.job_title) == ("robert@lms.example", None)  # the source that leads has the word
    clock.now += timedelta(minutes=5)
    done = undo(HR, installation, "lms", "2")
    assert (done.person_id, done.has_account) == (bob, False)
    for _ in range(2):  # at once, and still after the next sync of both
        cards = _cards(installation)
        old, new = cards[bob], cards[done.new_person_id]
        assert (old.name, old.email, old.job_title) == ("Bob Yılmaz", "bob@example.org", "groenarbeider")
        assert (new.name, new.email, new.job_title) == ("Bobby Yılmaz", "robert@lms.example", None)
        clock.now += timedelta(minutes=5)
        sync_both(installation)
    with installation.store.read() as session:
        rows = session.execute(
            select(CompetencyRating.person_id, CompetencyRating.basis).where(CompetencyRating.recorded_to.is_(None))
        )
        assert {(row.person_id, row.basis) for row in rows} == {(bob, "gesprek"), (done.new_person_id, "lms")}
    before = dump(installation, leave_out=("sync_run", "scan", "scan_page", "due_work", "watermark"))
    sync_both(installation)
    assert dump(installation, leave_out=("sync_run", "scan", "scan_page", "due_work", "watermark")) == before


def test_after_an_undo_any_past_day_says_what_it_said_before_the_join(
    sync_hr: Sync, both: Callable[..., Installation], clock: Clock, files_installation: Installation
) -> None:
    sync_hr()
    clock.now += timedelta(days=1)
    past = [date(2024, 6, 1), date(2026, 11, 23)]
    bob = _named(files_installation, "Bob Yılmaz").person_id
    before = [_cards(files_installation, day)[bob] for day in past]
    installation = both(LMS, leads=True)
    assert [_cards(installation, day)[bob] for day in past] != before
    clock.now += timedelta(days=1)
    undo(HR, installation, "lms", "2")
    assert [_cards(installation, day)[bob] for day in past] == before


def test_what_only_the_other_record_said_goes_with_it(
    files_installation: Installation, workbook: Workbook, tmp_path: Path, clock: Clock
) -> None:
    """The language comes from the second source, and then HR changes the name: its row holds the language too."""
    folder = tmp_path / "own" / "hr"
    folder.mkdir(parents=True)
    text = (SHIPPED / "hr" / "files.toml").read_text(encoding="utf-8")
    without = "".join(line for line in text.splitlines(keepends=True) if not line.startswith("language = "))
    (folder / "files.toml").write_text(without, encoding="utf-8")
    (folder / "lms.toml").write_text(
        'title = "L"\nkind = "hr"\nprotocol = "files"\ngrade = "paper"\n[resources.people]\ntarget = "employee"\n'
        'key = "id"\nread = { file = "people.json", format = "json" }\n[resources.people.fields]\n'
        'display_name = "name"\nemployee_number = "number"\nstatus = { value = "active" }\nlanguage = "language"\n',
        encoding="utf-8",
    )
    (tmp_path / "people.json").write_text(
        '[{"id": "b", "name": "Bob Yilmaz", "number": "2", "language": "fr"}]', encoding="utf-8"
    )
    config = SourceConfig("lms", "hr/lms", "acme", Connection(name="lms", path=str(tmp_path)), "Europe/Brussels")
    installation = dataclasses.replace(
        files_installation,
        sources={**files_installation.sources, "lms": config},
        mappings=MappingFolders(folder.parent),
    )
    sync_both(installation)
    workbook.rows["mensen"][1] = "2;Bob;Yılmaz-Maes;bob@example.org;groen;groenarbeider;1;15/03/2024;;80"
    workbook.write()
    clock.now += timedelta(days=1)
    sync_both(installation)
    today = clock().date()
    bob = _named(installation, "Bob Yılmaz-Maes", today)
    assert bob.language == "fr"
    clock.now += timedelta(minutes=5)
    done = undo(HR, installation, "lms", "b")
    cards = _cards(installation, today)
    assert cards[bob.person_id].language is None and cards[bob.person_id].name == "Bob Yılmaz-Maes"
    assert cards[done.new_person_id].language == "fr"


def test_whoever_only_the_other_source_leads_is_led_by_the_new_person(
    both: Callable[..., Installation], workbook: Workbook, clock: Clock
) -> None:
    workbook.rows["mensen"][1:1] = [f"{number};Mens;Nummer{number};;groen;;1;;;" for number in range(20, 30)]
    workbook.write()
    installation = both(LMS)
    clock.now += timedelta(minutes=5)
    done = undo(HR, installation, "hr", "2")  # the other side of the same join
    clock.now += timedelta(minutes=5)
    sync_both(installation)
    cards = _cards(installation)
    assert cards[done.new_person_id].name == "Bob Yılmaz"
    assert cards[done.person_id].name == "Bobby Yılmaz"
    with installation.store.read() as session:
        owners = session.execute(
            select(SourceIdentity.key, SourceIdentity.source_id, SourceIdentity.entity_id).where(
                SourceIdentity.target == "employee_number", SourceIdentity.key == "2"
            )
        ).all()
    assert {(row.source_id, row.entity_id) for row in owners} == {(1, done.new_person_id), (2, done.person_id)}


def test_what_is_undone_stays_apart(both: Callable[..., Installation], clock: Clock) -> None:
    installation = both(LMS)
    undo(HR, installation, "lms", "2")
    clock.now += timedelta(minutes=5)
    sync_both(installation)
    sync_both(installation)
    assert len(_cards(installation)) == 4 and list_joined(HR, installation) == []
    assert explain(HR, installation, "lms", "2", live=False).match == "a person"
    with pytest.raises(ConflictError, match="no other record"):
        undo(HR, installation, "lms", "2")


_TOUCHED_BY_NO_SYNC = (
    "account",
    "person_link",
    "membership",
    "development_plan",
    "development_goal",
    "agreement_sheet",
    "sheet_version",
    "agreement",
    "shared_goal",
)


def test_an_undo_touches_no_account_no_link_and_no_plan(both: Callable[..., Installation], clock: Clock) -> None:
    installation = both(LMS)
    bob = _named(installation, "Bob Yılmaz").person_id
    with installation.store.begin() as session:
        account = Account(issuer="i", subject="s", name="Bob", created_at=clock())
        session.add(account)
        session.flush()
        session.add(PersonLink(account_id=account.id, person_id=bob, linked_at=clock()))
        session.add(
            DevelopmentPlan(
                owner_id=account.id,
                employer_id=1,
                scope="internal",
                orientation="action",
                cycle="general",
                step="A",
                started_on=TODAY,
            )
        )

    def private() -> dict[str, Any]:
        return {name: rows for name, rows in dump(installation).items() if name in _TOUCHED_BY_NO_SYNC}

    before = private()
    assert {name for name, rows in before.items() if rows} == {"account", "person_link", "development_plan"}
    done = undo(HR, installation, "lms", "2")
    assert done.has_account
    sync_both(installation)
    assert private() == before


def test_what_is_written_down_of_a_decision_names_nobody(renamed: Installation) -> None:
    (case,) = list_cases(HR, renamed)
    separate(HR, renamed, case.id)
    with renamed.store.read() as session:
        (event,) = session.scalars(select(AuditEvent)).all()
    assert (event.act, event.object, event.account_id) == ("separate_record", f"match_case:{case.id}", 7)


def test_hr_of_another_employer_decides_nothing(renamed: Installation) -> None:
    (case,) = list_cases(HR, renamed)
    other = dataclasses.replace(HR, employer_id=2)
    before = dump(renamed)
    assert list_cases(other, renamed) == [] and list_joined(other, renamed) == []
    for act in (
        lambda: join(other, renamed, case.id, 1),
        lambda: separate(other, renamed, case.id),
        lambda: undo(other, renamed, "hr", "2"),
        lambda: find_case(other, renamed, case.id),
    ):
        with pytest.raises(NotFoundError):
            act()
    assert dump(renamed) == before


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.SUPERVISOR, Role.TRAINING, Role.TIMER])
def test_who_may_not(renamed: Installation, role: Role) -> None:
    actor = Actor(role, employer_id=1)
    (case,) = list_cases(HR, renamed)
    for act in (
        lambda: list_cases(actor, renamed),
        lambda: join(actor, renamed, case.id, 1),
        lambda: separate(actor, renamed, case.id),
        lambda: undo(actor, renamed, "hr", "2"),
    ):
        with pytest.raises(NotAllowedError):
            act()
