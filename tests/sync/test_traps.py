"""The traps of nearly every HR interface, one after the other: what a system does, and what we make of it.

A trap is one that loses, doubles or ends people without any error. Each is met with a whole sync of a system that
behaves so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, time
from email.utils import format_datetime
from pathlib import Path
from threading import Event

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Role
from connector.errors import (
    GuardError,
    IncompleteScanError,
    ResourceRefusedError,
    SourceUnavailableError,
    ThrottledError,
)
from connector.mapping_files import MappingFolders
from connector.outlets.mail_folder import MailFolder
from connector.services.accounts import add_membership, create_account
from connector.services.credentials import CREDENTIAL_ENDS
from connector.services.installation import Installation, SourceConfig
from connector.services.timetable import put_timetable
from connector.sources.reader import Connection
from connector.store.facts import holds
from connector.store.hr import CompetencyRating
from connector.store.sync_state import Change, RecordState
from connector.store.work import DueWork, Outbox
from connector.sync import staging
from jobs.handlers import outbox_handlers, work_handlers
from jobs.loop import Worker, work_off
from tests.conftest import NOW, Clock
from tests.sources.rest_host import URL, Answer, Asked
from tests.sync.traps import CHANGES, OFFSET, Habit, Synced, System, answering, mapping, person, status, well_behaved

Writes = Callable[[str], None]
KEYSET = 'total = "total"\npagination = { kind = "keyset", key = "id", above = "above", default_size = 100 }'
ALL = ["Alice", "Bob", "Dirk", "Els", "Farid"]


CONTRACTS = """
[resources.contracts]
key = "id"
[resources.contracts.read]
path = "contracts"
records = "rows"
total = "total"
pagination = { kind = "offset" }
"""
JOINED = 'join = [{ resource = "contracts", on = "id", by = "person", as = "contract"%s }]'


def with_contracts(delta: str, effective: str = "") -> str:
    people = JOINED % effective + f"\ndelta = {{ {delta} }}"
    return mapping(f"{OFFSET}\n{CHANGES}", people=people, fields='job_title = "contract.title"', before=CONTRACTS)


@pytest.fixture
def system() -> System:
    """Five people, in pages of two."""
    return System({"people": [person(number) for number in range(1, 6)]})


@pytest.fixture
def mapped(tmp_path: Path) -> Writes:
    """Writes the mapping of the system."""
    path = tmp_path / "mappings" / "hr" / "trap.toml"
    path.parent.mkdir(parents=True)

    def write(text: str) -> None:
        path.write_text(text, encoding="utf-8")

    write(mapping())
    return write


@pytest.fixture
def sync(
    create_installation: Callable[..., Installation], clock: Clock, system: System, mapped: Writes, tmp_path: Path
) -> Iterator[Synced]:
    connection = Connection("hr", url=URL, password="key")
    expires = date(2026, 12, 23)
    config = SourceConfig("hr", "hr/trap", "acme", connection, "Europe/Brussels", credential_expires_on=expires)
    folders = MappingFolders(tmp_path / "mappings")
    made = Synced(create_installation(sources={"hr": config}, mappings=folders), clock)
    with answering(system, made):
        yield made


class Killed(BaseException):
    """Stands for kill -9: nothing of ours catches it."""


def kills_at(offset: str) -> Habit:
    """The run dies when it asks for this page of people."""

    def habit(table: str, asked: Asked) -> Answer | None:
        if table == "people" and asked["offset"] == offset:
            raise Killed
        return None

    return habit


@pytest.fixture
def each_page_is_a_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(staging, "_AT_MOST", 0)
    monkeypatch.setattr(staging, "_SECONDS", -1)


def missing(sync: Synced) -> int:
    with sync.installation.store.read() as session:
        return len(session.scalars(select(RecordState.id).where(RecordState.missing_since.is_not(None))).all())


# 1. The host gives smaller pages than asked: who moves on by the size that was asked skips people, and who stops at a
#    short page stops at the first.


@pytest.mark.parametrize("read", [OFFSET, OFFSET.replace('total = "total"\n', "")], ids=["with a total", "without"])
def test_1_a_page_size_that_is_clamped_loses_nobody(sync: Synced, mapped: Writes, system: System, read: str) -> None:
    mapped(mapping(read))
    assert sync().resources["people"].new == 5
    assert system.asked()[0]["limit"] == "100"
    assert [call["offset"] for call in system.asked()][:3] == ["0", "2", "4"]


def test_1_what_came_is_counted_against_what_the_host_has(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(people='absent = "left"'))
    sync()
    system.says = 5
    del system.people[3:]
    with pytest.raises(IncompleteScanError, match="3 records came, but the source says that it has 5"):
        sync()
    assert sync.statuses == dict.fromkeys(ALL, "active")


def test_1_a_list_that_is_only_joined_is_counted_as_well(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 10_080'))
    system.tables["contracts"] = [{"id": number, "person": number, "title": "Bakker"} for number in range(1, 6)]
    sync()
    last = (200, {}, '{"rows": [], "total": 5}')
    system.habit = lambda table, asked: last if table == "contracts" and asked["offset"] != "0" else None
    with pytest.raises(IncompleteScanError, match="2 records came, but the source says that it has 5"):
        sync()
    assert sync.titles == dict.fromkeys(ALL, "Bakker")


# 2. Rows that come or go while an offset counts them shift all others: one is skipped, and the count is still right.


def leaves_after_the_first_page(system: System) -> None:
    def habit(_table: str, asked: Asked) -> Answer | None:
        if len(system.asked()) == 2:
            system.people.pop(0)
        return None

    system.habit = habit


def test_2_an_offset_over_a_moving_set_notices_by_its_overlap(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(OFFSET.replace('"offset"', '"offset", key = "id"'), people='absent = "left"'))
    sync()
    system.host.asked.clear()
    leaves_after_the_first_page(system)
    with pytest.raises(IncompleteScanError, match="records came or went while it was read"):
        sync()
    assert sync.statuses == dict.fromkeys(ALL, "active")
    system.habit = well_behaved
    sync()
    assert sync.statuses == {**dict.fromkeys(ALL, "active"), "Alice": "left"}  # and nobody else


def test_2_a_keyset_over_a_moving_set_skips_nobody(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(KEYSET))
    leaves_after_the_first_page(system)
    assert sync().resources["people"].new == 5
    assert [call.get("above", "0") for call in system.asked()] == ["0", "2", "4", "5"]


# 3. Two records share the moment at which the last run stopped, and one was not there yet: `>` never gives it.


def test_3_a_record_with_the_moment_of_the_watermark_is_read(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(f"{OFFSET}\n{CHANGES}", people='delta = { stamps = ["changed"], lookback_minutes = 0 }'))
    late = system.people.pop()
    sync()
    system.people.append(late)
    report = sync()
    assert system.asked()[-1]["since"] == "2026-11-20T09:00:00Z"
    assert (report.totals.new, report.totals.same) == (1, 4)  # what comes again is known by its content


def test_3_a_record_that_was_stamped_before_it_could_be_seen_is_found_by_looking_back(
    sync: Synced, mapped: Writes, system: System
) -> None:
    mapped(mapping(f"{OFFSET}\n{CHANGES}", people='delta = { stamps = ["changed"], lookback_minutes = 10 }'))
    late = system.people.pop()
    sync()
    system.people.append({**late, "changed": "2026-11-20T08:51:00Z"})  # a long transaction ended just now
    assert sync().totals.new == 1


def test_3_one_stamp_in_a_far_year_hides_no_later_change(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(f"{OFFSET}\n{CHANGES}", people='delta = { stamps = ["changed"] }'))
    system.people[0]["changed"] = "9999-12-31T00:00:00Z"
    sync()
    system.people[1] |= {"name": "Bob Karaman", "changed": "2026-11-21T09:00:00Z"}
    assert sync().totals.changed == 1


# 4. The parent's stamp stands still when its child changes: who asks for changed parents never hears of it.


def test_4_a_child_that_changes_without_its_parent_is_seen_by_the_full_scan_of_each_week(
    sync: Synced, mapped: Writes, system: System
) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 0, full_every_days = 7'))
    system.people[4]["changed"] = "2026-11-20T10:00:00Z"  # the only one whom the next run is told of
    system.tables["contracts"] = [{"id": number, "person": number, "title": "Bakker"} for number in range(1, 6)]
    sync()
    system.tables["contracts"][1]["title"] = "Ploegbaas"
    sync.days_later(6)
    assert sync().totals.read == 1
    assert sync.titles["Bob"] == "Bakker"  # nobody could know
    sync.days_later(1)
    assert sync().totals.read == 5
    assert sync.titles["Bob"] == "Ploegbaas"


def test_4_a_stamp_inside_a_record_counts_where_it_is_named(sync: Synced, mapped: Writes, system: System) -> None:
    stamps = 'delta = { stamps = ["changed", "contracts[].changed"], lookback_minutes = 0 }'
    mapped(mapping(f"{OFFSET}\n{CHANGES}", people=stamps))
    system.people[1]["contracts"] = [{"changed": "2026-11-20T11:00:00Z"}, {"changed": "2026-11-20T10:00:00Z"}]
    sync()
    sync()
    assert system.asked()[-1]["since"] == "2026-11-20T11:00:00Z"


# 5. "The newest row" is one of next month: a promotion shows weeks too early, or the change is never told on its day.

HOLDS = ', effective = { from = "from", to = "to" }'


def promoted(system: System) -> None:
    """Bob is, next month; a run in between is only told of Farid."""
    system.people[4]["changed"] = "2026-11-20T10:00:00Z"
    system.tables["contracts"] = [
        {"id": 1, "person": 2, "title": "Bakker", "from": "2024-01-01", "to": "2026-11-30"},
        {"id": 2, "person": 2, "title": "Ploegbaas", "from": "2026-12-01", "to": None},
    ]


def test_5_a_row_of_the_future_waits_for_its_day_and_is_then_taken_though_nothing_changed(
    sync: Synced, mapped: Writes, system: System
) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 0, full_every_days = 366', HOLDS))
    promoted(system)
    sync()
    assert sync.titles["Bob"] == "Bakker"
    sync.days_later(7)  # 30 November
    assert sync().totals.read == 1
    assert sync.titles["Bob"] == "Bakker"
    sync.days_later(1)
    assert sync().totals.read == 5
    assert sync.titles["Bob"] == "Ploegbaas"
    sync.days_later(1)
    assert sync().totals.read == 1  # once is enough


def test_5_a_run_that_fails_on_that_day_leaves_it_to_the_next(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 0, full_every_days = 366', HOLDS))
    promoted(system)
    system.tables["contracts"].append({"id": 3, "person": 3, "title": "Kok", "from": "2027-06-01", "to": None})
    sync()
    sync.days_later(8)
    system.says = 9
    with pytest.raises(IncompleteScanError):
        sync()
    system.says = None
    sync.days_later(1)
    sync()
    assert sync.titles["Bob"] == "Ploegbaas"


def test_5_a_row_that_ends_without_another_ends_on_its_day(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 0, full_every_days = 366', HOLDS))
    promoted(system)
    system.tables["contracts"].pop()
    sync()
    sync.days_later(8)
    sync()
    assert sync.titles["Bob"] is None


@pytest.mark.usefixtures("each_page_is_a_checkpoint")
def test_5_the_day_is_known_also_when_the_run_that_read_it_was_killed(
    sync: Synced, mapped: Writes, system: System
) -> None:
    mapped(with_contracts('stamps = ["changed"], lookback_minutes = 0, full_every_days = 366', HOLDS))
    promoted(system)
    system.habit = kills_at("2")  # Bob was on the page before
    with pytest.raises(Killed):
        sync()
    system.habit = well_behaved
    system.host.asked.clear()
    sync()
    assert system.asked()[0]["offset"] == "2"
    sync.days_later(8)
    sync()
    assert sync.titles["Bob"] == "Ploegbaas"


# 6. What a login may not see looks like nothing at all: the skills of everybody would end.

SKILLS = """
[resources.skills]
target = "rating"
key = "id"
absent = "ended"
[resources.skills.read]
path = "skills"
records = "rows"
%s
[resources.skills.fields]
person = { path = "person", convert = "text" }
competency = "skill"
level = "level"
"""
PROBE = 'probe = { path = "rights", holds = "skills" }'
REFUSALS = {
    "refused": ("", lambda table, _asked: status(403) if table == "skills" else None),
    "hidden": (PROBE, lambda table, _asked: (200, {}, '{"skills": false}') if table == "rights" else None),
    "hidden without a probe": ("may_be_empty = false", well_behaved),
}


@pytest.mark.parametrize("how", REFUSALS)
def test_6_a_resource_that_may_not_be_read_is_not_an_empty_one(
    sync: Synced, mapped: Writes, system: System, how: str
) -> None:
    read, refuses = REFUSALS[how]
    mapped(mapping(after=SKILLS % read))
    system.tables["skills"] = [{"id": 1, "person": "1", "skill": "Lassen", "level": 75}]
    system.habit = lambda table, _asked: (200, {}, '{"skills": true}') if table == "rights" else None
    sync()
    system.habit = refuses
    if how != "refused":
        system.tables["skills"] = []
    system.people[1]["name"] = "Bob Karaman"
    gone = system.people.pop()
    with pytest.raises(ResourceRefusedError):
        sync()
    assert missing(sync) == 0  # also of the people, whom it could read: nothing is concluded from half a picture
    assert sync.cards()["Bob"].name == "Bob Karaman"  # what it could read is taken over
    with sync.installation.store.read() as session:
        today = sync.installation.today()
        assert session.scalars(select(CompetencyRating.level).where(holds(CompetencyRating, today))).all() == [75]
    system.people.append(gone)


def test_6_all_people_gone_at_once_is_not_believed_without_a_person(sync: Synced, system: System) -> None:
    sync()
    system.people.clear()
    with pytest.raises(GuardError, match="5 of 5 records are no longer there"):
        sync()
    assert missing(sync) == 0


# 7. Who leaves drops out of the list. In another system somebody who drops out has only moved out of the filter.


@pytest.mark.parametrize(("absent", "becomes"), [("left", "left"), ("unknown", "active"), ("out_of_scope", "active")])
def test_7_what_it_means_to_be_no_longer_in_the_list_is_the_mappings_to_say(
    sync: Synced, mapped: Writes, system: System, absent: str, becomes: str
) -> None:
    mapped(mapping(people=f'absent = "{absent}"'))
    sync()
    gone = system.people.pop()
    assert sync().totals.missing == 1
    assert sync.statuses == {**dict.fromkeys(ALL, "active"), "Farid": becomes}
    with sync.installation.store.read() as session:
        causes = session.scalars(select(Change.cause).where(Change.action == "missing")).all()
    assert causes == [f"resources.people.absent = {absent}"]
    system.people.append(gone)
    sync()
    assert sync.statuses == dict.fromkeys(ALL, "active")


def test_7_who_leaves_the_scope_is_as_gone_as_who_leaves_the_list(sync: Synced, mapped: Writes, system: System) -> None:
    for row in system.people:
        row["kind"] = "employee"
    mapped(mapping(people='absent = "left"\nonly = { path = "kind", in = ["employee"] }'))
    sync()
    system.people[-1]["kind"] = "volunteer"
    assert sync().totals.missing == 1
    assert sync.statuses == {**dict.fromkeys(ALL, "active"), "Farid": "left"}


# 8. A run that breaks off, or that only asked for changes, has not seen everybody: whoever is not in it has not left.


def test_8_a_run_that_fails_half_way_ends_nobody(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(people='absent = "left"'))
    sync()
    system.habit = lambda _table, asked: status(500) if asked.get("offset") == "4" else None
    with pytest.raises(SourceUnavailableError):
        sync()
    assert (missing(sync), sync.statuses) == (0, dict.fromkeys(ALL, "active"))
    system.habit = well_behaved
    assert sync().totals.missing == 0


def test_8_a_run_that_asked_for_changes_concludes_nothing_and_the_full_one_does(
    sync: Synced, mapped: Writes, system: System
) -> None:
    delta = 'delta = { stamps = ["changed"], lookback_minutes = 0, full_every_days = 7 }'
    mapped(mapping(f"{OFFSET}\n{CHANGES}", people=f'absent = "left"\n{delta}'))
    system.people[4]["changed"] = "2026-11-20T10:00:00Z"
    sync()
    system.people.pop(0)
    report = sync()
    assert (report.totals.read, report.totals.missing) == (1, 0)
    assert sync.statuses == dict.fromkeys(ALL, "active")
    sync.days_later(7)
    assert sync().totals.missing == 1
    assert sync.statuses["Alice"] == "left"


def test_8_a_list_of_changes_that_names_the_deleted_ends_those_and_nobody_else(
    sync: Synced, mapped: Writes, system: System
) -> None:
    delta = """
[resources.people.delta]
lookback_minutes = 60
[resources.people.delta.changed]
read = { path = "changes", records = "rows", since = { params = { since = "{since}" } } }
key = "id"
deleted = { path = "action", in = ["deleted"] }
one = { path = "one", records = "rows", params = { id = "{parent.id}" } }
"""
    mapped(mapping(people='absent = "left"', after=delta))
    sync()
    system.tables["changes"] = [
        {"id": 2, "action": "updated", "changed": "2026-11-23T10:00:00Z"},
        {"id": 4, "action": "deleted", "changed": "2026-11-23T10:00:00Z"},
    ]

    def habit(table: str, asked: Asked) -> Answer | None:
        return (200, {}, '{"rows": [{"id": 2, "name": "Bob Karaman"}]}') if table == "one" else None

    system.habit = habit
    report = sync()
    assert system.asked("changes") == [{"since": "2026-11-23T08:00:00Z"}]  # the start of the first run, and an hour
    assert (report.totals.changed, report.totals.missing) == (1, 1)
    assert sync.cards()["Bob"].name == "Bob Karaman"
    assert sync.statuses == {**dict.fromkeys(ALL, "active"), "Els": "left"}


# 9. A run that goes on after a crash reads from page N: whoever stood on the pages before is not in this half.


@pytest.mark.usefixtures("each_page_is_a_checkpoint")
@pytest.mark.parametrize("killed_at", ["2", "4"])
def test_9_a_scan_that_goes_on_does_not_miss_the_pages_before_its_crash(
    sync: Synced, mapped: Writes, system: System, killed_at: str
) -> None:
    mapped(mapping(people='absent = "left"'))
    sync()
    system.habit = kills_at(killed_at)
    with pytest.raises(Killed):
        sync()
    system.habit = well_behaved
    system.host.asked.clear()
    report = sync()
    assert system.asked()[0]["offset"] == killed_at  # it does go on
    assert (report.totals.same, report.totals.missing) == (5, 0)
    assert sync.statuses == dict.fromkeys(ALL, "active")


@pytest.mark.usefixtures("each_page_is_a_checkpoint")
def test_9_a_run_that_dies_after_its_last_page_counts_nobody_twice(sync: Synced) -> None:
    def dies(_resource: str, done: int, _total: int | None) -> None:
        if done == 5:
            raise Killed

    with pytest.raises(Killed):
        sync(progress=dies)
    report = sync()
    assert (report.number, report.totals.received, report.totals.new) == (1, 5, 5)


# 10. "Slower, please" is not always 429, and how long to wait comes in seconds or as a date.


@pytest.mark.parametrize("form", ["seconds", "date"])
def test_10_a_host_that_asks_with_503_for_fewer_calls_is_waited_for(
    sync: Synced, mapped: Writes, system: System, form: str
) -> None:
    mapped(mapping(limits="throttle_statuses = [503]"))
    until = "7" if form == "seconds" else format_datetime(NOW.replace(second=7), usegmt=True)
    left = list(range(6))  # more often than a failing host is tried

    def habit(_table: str, _asked: Asked) -> Answer | None:
        return (
            status(503, Retry_After=until, Date=format_datetime(NOW, usegmt=True)) if left and left.pop() + 1 else None
        )

    system.habit = habit
    assert sync().resources["people"].new == 5
    assert sync.waits == [7.0] * 6


def test_10_one_who_never_lets_us_in_again_is_left_alone(sync: Synced, mapped: Writes, system: System) -> None:
    mapped(mapping(limits="throttle_statuses = [503]\nretry_after_max_seconds = 60"))
    system.habit = lambda _table, _asked: status(503, Retry_After="25")
    with pytest.raises(ThrottledError, match=r"asks for fewer calls \(503\) and to wait 25 s"):
        sync()
    assert sync.waits == [25.0, 25.0]


# 11. A key that ends (Odoo's live three months) stops the syncs of a whole weekend before somebody notices.


def test_11_who_administers_is_told_30_14_and_3_days_before_a_credential_ends(sync: Synced, tmp_path: Path) -> None:
    installation = sync.installation
    account = create_account(TIMER, installation, "issuer", "subject", "Beheer", "beheer@example.org", "en")
    add_membership(TIMER, installation, account, 1, Role.ADMINISTRATOR)
    worker = Worker(installation, "a-worker", Event())
    handlers = {CREDENTIAL_ENDS: work_handlers(installation)[CREDENTIAL_ENDS]}
    carrier = MailFolder(tmp_path / "mail", "pop@example.org")
    told: dict[int, str] = {}
    sync.days_later(-1)
    for days_before in range(31, -2, -1):
        put_timetable(TIMER, installation, time(2, 30))
        work_off(worker, DueWork, handlers)
        work_off(worker, Outbox, outbox_handlers(installation, carrier))
        for mail in (tmp_path / "mail").glob("*.eml"):
            told[days_before] = mail.read_text()
            mail.unlink()
        sync.days_later(1)
    assert list(told) == [30, 14, 3]
    assert all("hr" in mail for mail in told.values())
