"""The sources at a glance, and the warnings before what one logs in with comes to its end."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.errors import GuardError, NotAllowedError, PopError
from connector.services.connections import Connection, list_connections
from connector.services.credentials import CREDENTIAL_ENDS, warn
from connector.services.installation import Installation
from connector.services.outgoing import mail_of
from connector.services.sync import run_sync
from connector.services.timetable import put_timetable
from connector.services.work import claim_next
from connector.store.accounts import Account, Membership
from connector.store.work import DueWork, Outbox
from connector.sync.plan import Mode
from connector.sync.report import RunReport
from tests.conftest import NOW, Clock
from tests.sync.conftest import Workbook

Sync = Callable[..., RunReport]
HR = Actor(Role.HR, employer_id=1)
TODAY = date(2026, 11, 23)


def _only(installation: Installation) -> Connection:
    (found,) = list_connections(HR, installation)
    return found


def _with(installation: Installation, **changes: object) -> Installation:
    config = dataclasses.replace(installation.sources["hr"], **changes)  # type: ignore[arg-type]
    return dataclasses.replace(installation, sources={"hr": config})


def test_a_source_from_its_first_day_to_its_first_doubt(
    sync_hr: Sync, files_installation: Installation, workbook: Workbook, clock: Clock
) -> None:
    never = _only(files_installation)
    assert (never.state, never.run, never.last_good_at, never.records) == ("never", None, None, 0)
    with pytest.raises(PopError):
        run_sync(
            TIMER,
            _with(
                files_installation,
                connection=dataclasses.replace(files_installation.sources["hr"].connection, path="/nowhere"),
            ),
            "hr",
        )
    failed = _only(files_installation)
    assert (failed.state, failed.last_good_at) == ("failed", None)
    assert "is not there" in (failed.message or "")
    workbook.rows["mensen"] += [f"{number};Mens;Nummer{number};;groen;;;;;" for number in range(10, 30)]
    workbook.rows["mensen"].append("4;Dries;Claes;geen adres;groen;groenarbeider;1;;;")
    workbook.write()
    number = sync_hr().number
    good = _only(files_installation)
    assert (good.state, good.last_good_run, good.last_good_at, good.message) == ("ok", number, clock(), None)
    assert (good.records > 23, good.quarantine, good.review) == (True, 1, 0)
    clock.now += timedelta(days=1)
    workbook.rows["mensen"] = ["1;Zed;Interim;;groen;ploegbaas;;01/02/2020;;100", *workbook.rows["mensen"][1:-8]]
    workbook.write()
    with pytest.raises(GuardError):
        sync_hr()
    waits = _only(files_installation)
    assert (waits.state, waits.last_good_run, waits.review) == ("waits", number, 1)


def test_when_it_will_be_read_next_unless_it_is_paused(files_installation: Installation, clock: Clock) -> None:
    assert _only(files_installation).next_run_at is None
    paused = _with(files_installation, paused=True)
    assert put_timetable(TIMER, paused, time(2, 30)) == 2  # the planning of two days
    put_timetable(TIMER, files_installation, time(2, 30))
    assert _only(files_installation).next_run_at == datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    assert (_only(paused).state, _only(paused).next_run_at) == ("paused", None)


@pytest.mark.parametrize(("left", "is_ending"), [(31, False), (30, True), (0, True), (-2, True)])
def test_the_days_that_a_credential_has_left(files_installation: Installation, left: int, is_ending: bool) -> None:
    found = _only(_with(files_installation, credential_expires_on=TODAY + timedelta(days=left)))
    assert (found.days_left, found.is_ending) == (left, is_ending)


def test_other_employers_and_other_roles_see_nothing(files_installation: Installation) -> None:
    assert list_connections(dataclasses.replace(HR, employer_id=2), files_installation) == []
    assert len(list_connections(Actor(Role.ADMINISTRATOR, None), files_installation)) == 1
    with pytest.raises(NotAllowedError):
        list_connections(Actor(Role.SUPERVISOR, 1), files_installation)


# Warnings.


@pytest.fixture
def administrators(files_installation: Installation) -> None:
    """Two administrators, one of whom has no address, and somebody of HR."""
    with files_installation.store.begin() as session:
        for number, (email, role) in enumerate(
            [("ann@example.org", "administrator"), (None, "administrator"), ("hr@example.org", "hr")]
        ):
            account = Account(issuer="i", subject=str(number), name="x", email=email, created_at=NOW)
            session.add(account)
            session.flush()
            session.add(Membership(account_id=account.id, organisation_id=1, role=role, valid_from=date(2026, 1, 1)))


def _warn_all_days(installation: Installation, clock: Clock, days: int) -> list[tuple[date, str]]:
    """Let the clock put down and do its work for so many days; gives each mail's day and subject."""
    told = []
    for _ in range(days):
        put_timetable(TIMER, installation, time(2, 30))
        for model in (DueWork, Outbox):
            while claim := claim_next(
                TIMER, installation, model, kinds=[CREDENTIAL_ENDS], worker="w", lease=timedelta(days=99)
            ):
                if model is DueWork:
                    warn(TIMER, installation, claim.payload)
                else:
                    mail = mail_of(TIMER, installation, claim, "pop@example.org")
                    assert mail is not None and mail.to == "ann@example.org"
                    told.append((clock().date(), mail.subject))
        clock.now += timedelta(days=1)
    return told


def test_a_credential_is_told_30_14_and_3_days_before_its_end_and_once_each(
    files_installation: Installation, administrators: None, clock: Clock
) -> None:
    end = TODAY + timedelta(days=40)
    told = _warn_all_days(_with(files_installation, credential_expires_on=end), clock, 45)
    assert [(end - day).days for day, _ in told] == [30, 14, 3]
    assert told[0][1] == "De koppeling hr stopt op zaterdag 2 januari 2027"


def test_a_day_that_is_filled_in_late_is_told_once_at_once(
    files_installation: Installation, administrators: None, clock: Clock
) -> None:
    end = TODAY + timedelta(days=10)
    told = _warn_all_days(_with(files_installation, credential_expires_on=end), clock, 12)
    assert [(end - day).days for day, _ in told] == [10, 3]


def test_a_key_that_was_renewed_in_time_is_told_no_more(
    files_installation: Installation, administrators: None, clock: Clock
) -> None:
    _warn_all_days(_with(files_installation, credential_expires_on=TODAY + timedelta(days=20)), clock, 2)
    renewed = _with(files_installation, credential_expires_on=TODAY + timedelta(days=400))
    assert _warn_all_days(renewed, clock, 20) == []


def test_a_run_that_has_begun_is_running(files_installation: Installation, clock: Clock) -> None:
    states: list[str] = []

    def look(_resource: str, _done: int, _total: int | None) -> None:
        states.append(_only(files_installation).state)

    run_sync(TIMER, files_installation, "hr", mode=Mode.ROUTINE, progress=look)
    assert set(states) == {"running"}
    with files_installation.store.read() as session:
        assert session.scalar(select(DueWork.id).limit(1)) is None
