"""One calendar message (iTIP, RFC 5546) about one conversation for one recipient.

The title never tells what the conversation is about: calendars are shared. UID is constant, SEQUENCE only goes up,
DTSTAMP is the moment at which the message was decided, so that a repeat is the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

from connector.outlets.plain import checked_address, one_line
from connector.outlets.vtimezone import follows_eu_rule, vtimezone

REQUEST = "REQUEST"
CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody in the invitation; a name from the HR records may hold anything."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class CalendarMessage:
    """`method` REQUEST or CANCEL; moments in UTC; `zone` is the employer's; `organiser` is who sends."""

    method: str
    uid: str
    sequence: int
    stamped_at: datetime
    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    summary: str
    description: str
    organiser: Guest
    guests: tuple[Guest, ...]


def to_ics(message: CalendarMessage) -> bytes:
    """The calendar file. RecordError when an address is not one."""
    calendar = Calendar()
    calendar.add("prodid", "-//POP connector//NL")
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", message.method)
    zone = message.zone if follows_eu_rule(message.zone, message.starts_at.year) else None
    if zone is not None:
        calendar.add_component(vtimezone(zone))
    calendar.add_component(_event(message, zone))
    return bytes(calendar.to_ical())


def _event(message: CalendarMessage, zone: ZoneInfo | None) -> Event:
    event = Event()
    event.add("uid", message.uid)
    event.add("sequence", message.sequence)
    event.add("dtstamp", message.stamped_at.astimezone(UTC))
    # Without a rule for its zone a moment in UTC is what every calendar reads right.
    event.add("dtstart", message.starts_at.astimezone(zone or UTC))
    event.add("dtend", message.ends_at.astimezone(zone or UTC))
    event.add("summary", one_line(message.summary))
    event.add("description", message.description)
    event.add("class", "PRIVATE")
    event.add("status", "CANCELLED" if message.method == CANCEL else "CONFIRMED")
    event.add("transp", "OPAQUE")
    event.add("organizer", _address(message.organiser), encode=False)
    for guest in message.guests:
        address = _address(guest)
        address.params["ROLE"] = "REQ-PARTICIPANT"
        if message.method == REQUEST:
            address.params["PARTSTAT"] = "NEEDS-ACTION"
            address.params["RSVP"] = "TRUE"
        event.add("attendee", address, encode=False)
    return event


def _address(guest: Guest) -> vCalAddress:
    address = vCalAddress(f"mailto:{checked_address(guest.email)}")
    # RFC 6868 could carry a quote, but Outlook shows the code instead.
    address.params["CN"] = one_line(guest.name).replace('"', "'").replace("^", "")
    return address
