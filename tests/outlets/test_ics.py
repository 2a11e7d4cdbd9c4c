"""Calendar files, byte for byte, and what hostile names can do in them: nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from connector.errors import RecordError
from connector.outlets.ics import CANCEL, REQUEST, CalendarMessage, Guest, to_ics
from connector.outlets.vtimezone import follows_eu_rule, vtimezone

BRUSSELS = ZoneInfo("Europe/Brussels")
MESSAGE = CalendarMessage(
    method=REQUEST,
    uid="0f0e9c2e-8f0a-5d0e-9d4e-1c2b3a4d5e6f",
    sequence=0,
    stamped_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
    starts_at=datetime(2026, 12, 16, 8, 30, tzinfo=UTC),
    ends_at=datetime(2026, 12, 16, 10, 0, tzinfo=UTC),
    zone=BRUSSELS,
    summary="Gesprek",
    description="http://pop.example",
    organiser=Guest("Maatwerk De Schakel", "pop@acme.example"),
    guests=(Guest("Łukasz Yılmaz-Œuvrard", "lukasz@acme.example"), Guest("Chris Baas", "chris@acme.example")),
)
GOLDEN = {
    "request_winter": MESSAGE,
    "request_summer_moved": replace(
        MESSAGE,
        sequence=2,
        starts_at=datetime(2027, 6, 16, 7, 30, tzinfo=UTC),
        ends_at=datetime(2027, 6, 16, 8, 15, tzinfo=UTC),
    ),
    "cancel": replace(MESSAGE, method=CANCEL, sequence=3, guests=MESSAGE.guests[:1]),
    "zone_without_eu_rule": replace(MESSAGE, zone=ZoneInfo("America/New_York")),
}
HOSTILE = [
    "Eve\r\nATTENDEE:mailto:x@evil.example",
    "Eve\nEND:VEVENT\nBEGIN:VALARM",
    'Eve";X-EVIL="1',
    "Eve:mailto:x@evil.example",
    "Eve\u202egnp.exe",
    "Eve\u2028UID:other",
    "Eve\x00\x07\x1b[2J",
    "Eve; CN=Boss, \\n",
    "E" * 10_000,
]


@pytest.mark.parametrize("name", GOLDEN)
def test_the_file_is_the_golden_one(name: str) -> None:
    assert to_ics(GOLDEN[name]) == (Path(__file__).parent / f"{name}.ics").read_bytes()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_adds_nothing(name: str) -> None:
    plain = Calendar.from_ical(to_ics(MESSAGE)).walk("VEVENT")[0]
    guest, organiser = Guest(name, "eve@acme.example"), Guest(name, "pop@acme.example")
    data = to_ics(replace(MESSAGE, guests=(guest, MESSAGE.guests[1]), organiser=organiser))
    (event,) = Calendar.from_ical(data).walk("VEVENT")
    assert sorted(event.keys()) == sorted(plain.keys())
    assert [str(address) for address in event["ATTENDEE"]] == ["mailto:eve@acme.example", "mailto:chris@acme.example"]
    assert sorted(event["ATTENDEE"][0].params) == ["CN", "PARTSTAT", "ROLE", "RSVP"]
    assert str(event["UID"]) == MESSAGE.uid
    assert event.subcomponents == []
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))
    assert not any(char in data.decode() for char in ("\u202e", "\u2028", "\x00", "\x1b"))


@pytest.mark.parametrize(
    "email",
    [
        "",
        "geenadres",
        "a@b@c.example",
        "a b@c.example",
        "a@c.example\r\nX: y",
        "a@c.example,b@c.example",
        "é@c.example",
        '"a"@c.example',
        "<a@c.example>",
    ],
)
def test_what_is_no_address_is_refused_without_being_quoted(email: str) -> None:
    with pytest.raises(RecordError) as caught:
        to_ics(replace(MESSAGE, guests=(Guest("Eve", email),)))
    assert email == "" or email not in str(caught.value)


@pytest.mark.parametrize(
    "key", ["Europe/Brussels", "Europe/Amsterdam", "Europe/Paris", "Europe/London", "Europe/Athens"]
)
def test_the_rule_says_what_the_zone_does(key: str) -> None:
    """Each hour of the days around each change, 2026 to 2030, read by the rule alone."""
    zone = ZoneInfo(key)
    for year in range(2026, 2031):
        assert follows_eu_rule(zone, year)
    parts = vtimezone(zone).subcomponents
    changes = sorted(
        ((moment - part["TZOFFSETFROM"].td).replace(tzinfo=UTC), part["TZOFFSETTO"].td)
        for part in parts
        for moment in rrulestr(part["RRULE"].to_ical().decode(), dtstart=part["DTSTART"].dt).between(
            part["DTSTART"].dt.replace(year=2025, month=1, day=1),
            part["DTSTART"].dt.replace(year=2031, month=1, day=1),
        )
    )
    for change, _ in changes[2:]:
        for hours in range(-48, 49):
            moment = change + timedelta(hours=hours)
            expected = [offset for at, offset in changes if at <= moment][-1]
            assert moment.astimezone(zone).utcoffset() == expected


@pytest.mark.parametrize(
    "key", ["UTC", "America/New_York", "Europe/Istanbul", "Africa/Casablanca", "Asia/Kathmandu", "Australia/Lord_Howe"]
)
def test_other_zones_are_written_in_utc(key: str) -> None:
    data = to_ics(replace(MESSAGE, zone=ZoneInfo(key)))
    assert b"VTIMEZONE" not in data
    assert b"DTSTART:20261216T083000Z" in data
