"""From an outbox row to its mail, built when it is sent: names, addresses and languages as they are then."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session, selectinload

from connector.domain.access import Act, Actor, require
from connector.errors import RecordError
from connector.outlets.ics import CANCEL, CalendarMessage, Guest, to_ics
from connector.outlets.mail import Mail
from connector.outlets.mail_texts import SUMMARY, compose, language_for, say_day, say_time
from connector.outlets.plain import checked_address, one_line
from connector.services import reminders
from connector.services.credentials import CREDENTIAL_ENDS
from connector.services.installation import Installation
from connector.services.invitations import CANCELLATION, INVITATION, is_superseded
from connector.services.season import UNPLANNED_MAIL
from connector.services.sync_messages import WAITS_MAIL
from connector.services.work import Claim
from connector.store.accounts import Account, Organisation
from connector.store.conversation import Conversation
from connector.store.people import PersonCard, person_cards

MAIL_KINDS = (
    INVITATION,
    CANCELLATION,
    reminders.PREPARATION,
    reminders.TOMORROW,
    reminders.EVALUATION,
    UNPLANNED_MAIL,
    WAITS_MAIL,
    CREDENTIAL_ENDS,
)


@dataclass(frozen=True, slots=True)
class _Receiver:
    name: str | None
    email: str
    language: str


def mail_of(actor: Actor, installation: Installation, claim: Claim, sender: str) -> Mail | None:
    """The mail of a claimed outbox row; None when there is nothing left to say (moved on, or already past).

    RecordError when the receiver has no address that works.
    """
    require(actor, Act.REACT)
    with installation.store.read() as session:
        if claim.kind in (UNPLANNED_MAIL, WAITS_MAIL, CREDENTIAL_ENDS):
            return _to_account(session, installation, claim)
        return _to_participant(session, installation, claim, sender)


def _to_account(session: Session, installation: Installation, claim: Claim) -> Mail:
    account = session.get_one(Account, claim.payload["account_id"])
    employer = session.get_one(Organisation, claim.employer_id)
    receiver = _receiver(None, account.email, account.language, employer.language)
    facts = {name: str(value) for name, value in claim.payload.items() if name in ("count", "source", "run")}
    if "ends_on" in claim.payload:
        facts["day"] = say_day(date.fromisoformat(claim.payload["ends_on"]), receiver.language)
    return _mail(installation, claim, employer, receiver, facts)


def _to_participant(session: Session, installation: Installation, claim: Claim, sender: str) -> Mail | None:
    payload = claim.payload
    row = session.get_one(Conversation, payload["conversation_id"], options=[selectinload(Conversation.participants)])
    starts_at = _moment(payload["starts_at"])
    is_calendar = claim.kind in (INVITATION, CANCELLATION)
    if is_calendar and is_superseded(session, row, payload["person_id"], payload["sequence"]):
        return None
    if starts_at is not None and starts_at <= installation.clock() and claim.kind != reminders.EVALUATION:
        return None
    employer = session.get_one(Organisation, row.employer_id)
    zone = ZoneInfo(employer.time_zone)
    people = {payload["person_id"], *(part.person_id for part in row.participants)}
    cards = person_cards(session, row.employer_id, installation.today(employer.time_zone), person_ids=people)
    card = cards.get(payload["person_id"])
    receiver = _receiver(
        card.given_name if card else None,
        card.email if card else None,
        card.language if card else None,
        employer.language,
    )
    facts = _facts(payload, zone, receiver.language)
    if not is_calendar:
        return _mail(installation, claim, employer, receiver, facts)
    message = _calendar(installation, claim, row, zone, Guest(employer.name, sender), _guests(claim, cards), receiver)
    return _mail(installation, claim, employer, receiver, facts, message)


def _calendar(
    installation: Installation,
    claim: Claim,
    row: Conversation,
    zone: ZoneInfo,
    organiser: Guest,
    guests: tuple[Guest, ...],
    receiver: _Receiver,
) -> CalendarMessage:
    starts_at, ends_at = _moment(claim.payload["starts_at"]), _moment(claim.payload["ends_at"])
    if starts_at is None or ends_at is None:
        raise RecordError("this invitation has no time", field="starts_at", kind="nothing")
    return CalendarMessage(
        method=claim.payload["method"],
        uid=row.uid,
        sequence=claim.payload["sequence"],
        stamped_at=claim.created_at,
        starts_at=starts_at,
        ends_at=ends_at,
        zone=zone,
        summary=SUMMARY[receiver.language],
        description=installation.base_url,
        organiser=organiser,
        guests=guests,
    )


def _guests(claim: Claim, cards: Mapping[int, PersonCard]) -> tuple[Guest, ...]:
    """Everybody with an address that works; a cancellation is about its receiver only (RFC 5546, 3.2.5)."""
    receiver = claim.payload["person_id"]
    wanted = [receiver] if claim.payload["method"] == CANCEL else sorted(cards)
    guests = []
    for person_id in wanted:
        card = cards.get(person_id)
        if card is not None and card.email and (person_id == receiver or _works(card.email)):
            guests.append(Guest(card.name, card.email))
    return tuple(guests)


def _works(email: str) -> bool:
    try:
        checked_address(email)
    except RecordError:
        return False
    return True


def _receiver(name: str | None, email: str | None, *languages: str | None) -> _Receiver:
    if not email:
        raise RecordError("no e-mail address is known for this receiver", field="email", kind="nothing")
    return _Receiver(one_line(name, 60) if name else None, checked_address(email), language_for(*languages))


def _facts(payload: Mapping[str, Any], zone: ZoneInfo, language: str) -> dict[str, str]:
    facts: dict[str, str] = {}
    starts_at, ends_at = _moment(payload.get("starts_at")), _moment(payload.get("ends_at"))
    if starts_at is not None:
        local = starts_at.astimezone(zone)
        facts |= {"day": say_day(local.date(), language), "from_time": say_time(local.time(), language)}
    if ends_at is not None:
        facts["to_time"] = say_time(ends_at.astimezone(zone).time(), language)
    if payload.get("due_on"):
        facts["due"] = say_day(date.fromisoformat(payload["due_on"]), language)
    return facts


def _mail(
    installation: Installation,
    claim: Claim,
    employer: Organisation,
    receiver: _Receiver,
    facts: dict[str, str],
    calendar: CalendarMessage | None = None,
) -> Mail:
    facts = {**facts, "link": installation.base_url}
    text = compose(claim.kind, receiver.language, receiver.name, one_line(employer.name), facts)
    return Mail(
        key=claim.key,
        to=receiver.email,
        subject=text.subject,
        text=text.body,
        language=receiver.language,
        written_at=claim.created_at,
        ics=to_ics(calendar) if calendar else None,
        method=calendar.method if calendar else None,
    )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
