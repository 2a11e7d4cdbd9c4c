"""From outbox row to mail: built when it is sent, told once, never what the conversation is about."""

from __future__ import annotations

from datetime import date, timedelta
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlalchemy import select

from connector.domain.access import TIMER, Actor, Role
from connector.outlets.mail_folder import MailFolder
from connector.services.conversations import cancel_conversation, mark_prepared, move_conversation, plan_due
from connector.services.work import parked_rows
from connector.store.conversation import Conversation
from connector.store.hr import PersonDetails
from connector.store.work import DueWork, Outbox
from jobs.handlers import outbox_handlers, work_handlers
from jobs.loop import Worker, work_off
from tests.work.staff import Staff


@pytest.fixture
def boss(staff: Staff) -> int:
    return staff.add("Chris Baas", hired_on=date(2020, 8, 1))


class Post:
    """Sends what is due and reads the folder."""

    def __init__(self, staff: Staff, folder: Path) -> None:
        from threading import Event

        self.folder = MailFolder(folder, "pop@acme.example")
        self.path = folder
        self.worker = Worker(staff.installation, "w", Event())

    def send(self) -> dict[str, int]:
        return work_off(self.worker, Outbox, outbox_handlers(self.worker.installation, self.folder))

    def work(self) -> dict[str, int]:
        return work_off(self.worker, DueWork, work_handlers(self.worker.installation))

    def mails(self) -> list[Any]:
        return [
            message_from_bytes(path.read_bytes(), policy=policy.default) for path in sorted(self.path.glob("*.eml"))
        ]

    def texts(self) -> list[str]:
        return [mail.get_body(("plain",)).get_content().replace("\r\n", "\n") for mail in self.mails()]


@pytest.fixture
def post(staff: Staff, tmp_path: Path) -> Post:
    return Post(staff, tmp_path / "mail")


def plan(staff: Staff) -> None:
    plan_due(staff.hr, staff.installation, staff.employer_id)


def only_row(staff: Staff) -> Conversation:
    with staff.installation.store.read() as session:
        return session.scalars(select(Conversation)).one()


def test_invitations_go_out_with_a_calendar_and_nothing_about_the_topic(staff: Staff, boss: int, post: Post) -> None:
    staff.add("Łukasz Yılmaz-Œuvrard", supervisor=boss)
    plan(staff)
    assert post.send() == {"done": 2}
    assert post.send() == {}
    mails = post.mails()
    assert len(mails) == 2
    for mail in mails:
        assert mail["Auto-Submitted"] == "auto-generated"
        calendar = next(part for part in mail.walk() if part.get_content_type() == "text/calendar")
        assert calendar.get_param("method") == "REQUEST"
        event = Calendar.from_ical(calendar.get_content()).walk("VEVENT")[0]
        assert str(event["SUMMARY"]) == "Gesprek"
        assert {attendee.params["CN"] for attendee in event["ATTENDEE"]} == {"Chris Baas", "Łukasz Yılmaz-Œuvrard"}
        whole = (mail["Subject"] + mail.get_body(("plain",)).get_content()).lower()
        for word in ("pop-gesprek", "ontwikkeling", "development", "doel", "evaluatie"):
            assert word not in whole


def test_sending_the_same_row_again_writes_the_same_bytes(staff: Staff, boss: int, post: Post) -> None:
    staff.add(supervisor=boss)
    plan(staff)
    post.send()
    before = {path.name: path.read_bytes() for path in post.path.iterdir()}
    with staff.installation.store.begin() as session:
        for row in session.scalars(select(Outbox)):
            row.state = "waiting"
    post.send()
    assert {path.name: path.read_bytes() for path in post.path.iterdir()} == before


def test_an_invitation_that_was_overtaken_is_not_sent(staff: Staff, boss: int, post: Post) -> None:
    staff.add(supervisor=boss)
    plan(staff)
    row = only_row(staff)
    move_conversation(staff.hr, staff.installation, row.id, row.starts_at + timedelta(days=7))
    assert post.send() == {"done": 4}
    assert len(post.mails()) == 2
    cancel_conversation(staff.hr, staff.installation, row.id)
    post.send()
    methods = sorted(
        part.get_param("method") for mail in post.mails() for part in mail.walk() if part.get_param("method")
    )
    assert methods == ["CANCEL", "CANCEL", "REQUEST", "REQUEST"]
    assert sum("gaat niet door" in text for text in post.texts()) == 2


def test_an_invitation_to_what_has_passed_is_dropped(staff: Staff, boss: int, post: Post, clock: Any) -> None:
    staff.add(supervisor=boss)
    plan(staff)
    clock.now = only_row(staff).starts_at
    assert post.send() == {"done": 2}
    assert post.mails() == []


@pytest.mark.parametrize("address", ["", "geen adres", "a@b.example\nBcc: x@y.example", "a@b.example, c@d.example"])
def test_an_address_that_went_wrong_parks_only_that_mail(staff: Staff, boss: int, post: Post, address: str) -> None:
    person = staff.add(supervisor=boss)
    plan(staff)
    staff.believe(PersonDetails, person, {"display_name": "An", "email": address or None}, date(2026, 11, 23))
    assert post.send() == {"done": 1, "parked": 1}
    (parked,) = parked_rows(TIMER, staff.installation)
    assert "address" in str(parked.reason)
    assert "example" not in str(parked.reason)


def test_reminders_come_in_time_and_only_to_who_must_still_prepare(
    staff: Staff, boss: int, post: Post, clock: Any
) -> None:
    person = staff.add("An Peeters", supervisor=boss)
    plan(staff)
    row = only_row(staff)
    post.send()
    mark_prepared(Actor(Role.SUPERVISOR, staff.employer_id, 1, boss), staff.installation, row.id)
    clock.now = row.starts_at - timedelta(days=9)
    post.work()
    assert [one.payload["person_id"] for one in staff.outbox("reminder.preparation")] == [person]
    clock.now = row.starts_at - timedelta(hours=20)
    post.work()
    assert len(staff.outbox("reminder.tomorrow")) == 2
    post.send()
    assert sum(text.startswith("Dag An,\n\nMorgen, ") for text in post.texts()) == 1
    assert any("Bereid je voor tegen " in text for text in post.texts())


def test_reminders_of_a_time_that_moved_say_nothing(staff: Staff, boss: int, post: Post, clock: Any) -> None:
    staff.add(supervisor=boss)
    plan(staff)
    row = only_row(staff)
    move_conversation(staff.hr, staff.installation, row.id, row.starts_at + timedelta(days=14))
    clock.now = row.starts_at
    post.work()
    assert staff.outbox("reminder.tomorrow", "reminder.preparation") == []


def test_a_forgotten_evaluation_is_reminded_once(staff: Staff, boss: int, post: Post) -> None:
    from connector.services.reminders import remind_overdue

    person = staff.add(supervisor=boss, hired_on=date(2020, 8, 1))
    staff.share_goal(person, target_on=date(2026, 3, 1))
    staff.absent(boss, date(2026, 1, 1), None)
    plan(staff)
    for _ in range(2):
        remind_overdue(TIMER, staff.installation, staff.employer_id)
    assert len(staff.outbox("reminder.evaluation")) == 2
    post.send()
    assert any("Het moest er zijn voor zondag 29 maart 2026." in text for text in post.texts())


def test_hr_hears_a_number_and_no_name(staff: Staff, post: Post) -> None:
    staff.add_hr_account()
    staff.add("Verzwegen Naam")
    plan(staff)
    post.send()
    (text,) = post.texts()
    assert "Voor 1 gesprekken" in text
    assert "Verzwegen" not in text
