"""Conversations in the calendar of an Odoo: once, as they stand last, and never what they are about."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, update

from connector.domain.access import TIMER, Actor, Role
from connector.errors import NotAllowedError, NotFoundError
from connector.services.conversations import cancel_conversation, mark_held, plan_due, release_invitations
from connector.services.season_rows import LEFT
from connector.services.write_back_events import WRITE_BACK
from connector.services.write_back_state import Place
from connector.services.write_back_views import list_written, retry_parked, would_send
from connector.store.conversation import Conversation
from connector.store.database import Store
from connector.store.hr import SourceIdentity
from connector.store.queue import put
from connector.store.work import Outbox
from tests.outlets.conftest import CANARY, Office
from tests.outlets.odoo_that_keeps import LOGIN


def test_a_planned_conversation_is_one_neutral_event(office: Office) -> None:
    row = office.plan()
    assert row.starts_at is not None
    assert office.send() == {"done": 1}
    (event,) = office.events()
    assert event.pop("id")
    assert event == {
        "name": "Gesprek",
        "description": f"pop-conversation-{row.uid}",
        "start": row.starts_at.strftime("%Y-%m-%d %H:%M:%S"),
        "stop": (row.starts_at + timedelta(minutes=row.minutes)).strftime("%Y-%m-%d %H:%M:%S"),
        "privacy": "private",
        "show_as": "busy",
        "partner_ids": [[6, 0, [77]]],  # the supervisor has no user in this Odoo
    }


def test_a_moved_one_is_changed_and_a_cancelled_one_taken_away(office: Office) -> None:
    office.plan()
    office.send()
    (before,) = [event["id"] for event in office.events()]
    office.move()
    office.send()
    row = office.conversation()
    assert row.starts_at is not None
    assert [(event["id"], event["start"]) for event in office.events()] == [
        (before, f"{row.starts_at:%Y-%m-%d %H:%M:%S}")
    ]
    cancel_conversation(office.staff.hr, office.installation, row.id)
    office.send()
    assert office.events() == []
    assert [method for _, method in office.odoo.writes] == ["create", "write", "unlink"]
    assert [(one.their_id, one.sequence) for one in office.written()] == [(None, 3)]


def test_what_is_held_back_is_not_told_before_it_is_released(office: Office) -> None:
    plan_due(office.staff.hr, office.installation, office.staff.employer_id, release=False)
    assert office.rows() == []
    release_invitations(office.staff.hr, office.installation, office.staff.employer_id)
    office.send()
    assert len(office.events()) == 1


def test_one_that_was_held_keeps_its_event_and_one_held_earlier_loses_it(office: Office) -> None:
    row = office.plan()
    office.send()
    office.clock.now += timedelta(days=1)
    mark_held(office.staff.hr, office.installation, row.id, at=office.clock.now - timedelta(hours=1))
    office.send()
    assert office.events() == []


def test_a_source_that_may_not_be_written_to_gets_no_row(make_office: Callable[..., Office]) -> None:
    office = make_office(write_back=False)
    office.plan()
    assert office.rows() == []


def test_rows_of_a_source_that_was_switched_off_are_dropped(office: Office) -> None:
    office.plan()
    config = replace(office.installation.sources["hr"], write_back=False)
    office.installation = replace(office.installation, sources={"hr": config})
    assert office.send() == {"done": 1}
    assert office.odoo.calls == []


@pytest.mark.parametrize("history", range(20))
def test_killed_between_the_call_and_the_commit_there_is_one_event(office: Office, history: int) -> None:
    """Each time after another history of planning, sending and moving."""
    chance = random.Random(history)
    office.plan()
    for _ in range(chance.randrange(4)):
        if chance.random() < 0.5:
            office.send()
        office.move()
    done = len(office.odoo.writes)
    _send_and_be_killed(office)
    assert len(office.odoo.writes) == done + 1
    if chance.random() < 0.3:
        office.move(1)
    office.clock.now += timedelta(minutes=16)  # the lease of the process that died
    office.send()
    row = office.conversation()
    assert row.starts_at is not None
    assert [event["start"] for event in office.events()] == [f"{row.starts_at:%Y-%m-%d %H:%M:%S}"]
    (known,) = office.written()
    assert (known.their_id, known.trying, known.busy_by) == (str(office.events()[0]["id"]), None, None)


def _send_and_be_killed(office: Office) -> None:
    """Another process sends, and gets SIGKILL when Odoo has done what it was asked and has not answered yet."""
    child: list[int] = []

    def kill(_method: str) -> None:
        while not child:
            time.sleep(0.001)
        os.kill(child[0], signal.SIGKILL)
        os.waitpid(child[0], 0)

    office.odoo.after = kill
    pid = os.fork()
    if pid == 0:
        try:
            url = office.installation.store.engine.url.render_as_string(hide_password=False)
            office.installation = replace(office.installation, store=Store(url))
            office.send()
        finally:
            os._exit(1)
    child.append(pid)
    with suppress(ChildProcessError):
        os.waitpid(pid, 0)
    office.odoo.after = None


def test_doubled_rows_make_one_event(office: Office) -> None:
    office.plan()
    office.send()
    (row,) = office.rows()
    with office.installation.store.begin() as session:
        for number in range(3):
            put(
                session,
                Outbox,
                key=f"{row.key}:{number}",
                kind=row.kind,
                payload={**row.payload, "sequence": number},
                due_at=office.clock.now,
                now=office.clock.now,
                employer_id=row.employer_id,
            )
    assert office.send() == {"done": 3}
    assert [method for _, method in office.odoo.writes] == ["create"]


def test_an_older_row_that_comes_late_changes_nothing(office: Office) -> None:
    office.plan()
    office.move()
    with office.installation.store.begin() as session:
        for row, minutes in zip(
            session.query(Outbox).filter_by(kind=WRITE_BACK).order_by(Outbox.id), (5, 0), strict=True
        ):
            row.due_at = office.clock.now + timedelta(minutes=minutes)
    office.send()
    after = office.events()
    office.clock.now += timedelta(minutes=6)
    assert office.send() == {"done": 1}
    assert office.events() == after
    assert [method for _, method in office.odoo.writes] == ["create"]
    row = office.conversation()
    assert row.starts_at is not None
    assert after[0]["start"] == f"{row.starts_at:%Y-%m-%d %H:%M:%S}"


def test_a_move_of_what_odoo_lost_makes_it_again(office: Office) -> None:
    office.plan()
    office.send()
    office.odoo.rows["calendar.event"].clear()
    office.move()
    office.send()
    assert len(office.events()) == 1


def test_one_that_moved_away_and_back_is_made_again_when_odoo_lost_it(office: Office) -> None:
    office.plan()
    office.send()
    office.odoo.rows["calendar.event"].clear()
    office.move(7)
    office.move(-7)
    office.send()
    assert len(office.events()) == 1


def test_only_the_newest_of_what_waits_is_sent(office: Office) -> None:
    office.plan()
    office.move()
    assert office.send() == {"done": 2}
    assert [method for _, method in office.odoo.writes] == ["create"]


def test_an_event_that_was_dealt_with_is_not_looked_at_again(office: Office) -> None:
    """The process died after its last commit about the record, and before the row was done."""
    office.plan()
    office.send()
    office.odoo.calls.clear()
    with office.installation.store.begin() as session:
        session.execute(update(Outbox).where(Outbox.kind == WRITE_BACK).values(state="waiting"))
    assert office.send() == {"done": 1}
    assert office.odoo.calls == []


def test_one_that_comes_back_after_its_event_was_taken_away_is_made_again(office: Office) -> None:
    row = office.plan()
    office.send()
    cancel_conversation(office.staff.hr, office.installation, row.id)
    office.odoo.rows["calendar.event"].clear()
    office.send()
    assert [one.their_id for one in office.written()] == [None]
    with office.installation.store.begin() as session:
        back = session.get_one(type(row), row.id)
        back.state, back.reason = "cancelled", LEFT
    plan_due(office.staff.hr, office.installation, office.staff.employer_id)
    office.send()
    assert len(office.events()) == 1


def test_a_refused_login_parks_with_a_sentence_and_is_tried_again_when_asked(office: Office) -> None:
    office.odoo.is_open = False
    office.plan()
    assert office.send() == {"parked": 1}
    (row,) = office.rows()
    assert row.last_error is not None
    assert row.last_error.startswith("CredentialsError: hr: Odoo refused the login")
    assert "Check user, password and database of [sources.hr]" in row.last_error
    assert LOGIN[2] not in row.last_error
    assert (office.events(), [one.busy_by for one in office.written()]) == ([], [None])
    office.odoo.is_open = True
    assert retry_parked(TIMER, office.installation, "hr") == 1
    office.send()
    assert len(office.events()) == 1


def test_two_rows_about_one_conversation_are_not_sent_at_the_same_time(office: Office) -> None:
    office.plan()
    (row,) = office.rows()
    place = Place(office.source_id, row.payload["object"], "conversation", 9, "outbox:another")
    assert place.take(office.installation) is not None
    assert office.send() == {"waiting": 1}
    assert office.events() == []
    place.let_go(office.installation)
    office.clock.now += timedelta(minutes=2)
    office.send()
    assert len(office.events()) == 1


def test_no_private_text_is_in_anything_that_leaves(office: Office) -> None:
    row = office.plan()
    with office.installation.store.begin() as session:
        private = {"kind": CANARY, "cycle": CANARY, "key": CANARY, "reason": CANARY}
        session.execute(update(Conversation).where(Conversation.id == row.id).values(private))
    office.move()
    office.send()
    sent = "".join(office.odoo.bodies)
    assert len(office.events()) == 1
    for text in (CANARY, "Peeters", "Baas", "development_conversation"):
        assert text not in sent


def test_people_that_odoo_does_not_know_stay_out(office: Office) -> None:
    with office.installation.store.begin() as session:
        session.execute(delete(SourceIdentity))
    office.plan()
    office.send()
    (event,) = office.events()
    assert event["partner_ids"] == [[6, 0, []]]


def test_a_dry_run_shows_the_values_and_sends_nothing(office: Office) -> None:
    row = office.plan()
    assert row.starts_at is not None
    (shown,) = would_send(TIMER, office.installation, "hr")
    assert (shown.event, shown.act) == ("conversation.planned", "create: create of calendar.event")
    assert shown.values["start"] == f"{row.starts_at:%Y-%m-%d %H:%M:%S}"
    assert office.odoo.writes == []
    assert [one.state for one in office.rows()] == ["waiting"]
    office.send()
    office.move()
    (shown,) = would_send(TIMER, office.installation, "hr")
    assert shown.act == "update: write of calendar.event"
    assert LOGIN[2] not in repr(shown)


def test_only_who_may_sync_sees_a_dry_run(office: Office) -> None:
    with pytest.raises(NotAllowedError):
        would_send(office.staff.hr, office.installation, "hr")
    elsewhere = Actor(Role.ADMINISTRATOR, office.staff.employer_id + 1)
    with pytest.raises(NotFoundError):
        would_send(elsewhere, office.installation, "hr")
    assert list_written(elsewhere, office.installation) == []


def test_a_mapping_that_cannot_be_read_parks_the_row_and_plans_all_the_same(
    make_office: Callable[..., Office],
) -> None:
    office = make_office("hr/nowhere")
    office.plan()
    assert office.conversation().state == "planned"
    assert office.send() == {"parked": 1}
    assert "there is no mapping" in str(office.rows()[0].last_error)
