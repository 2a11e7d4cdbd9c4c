"""An invented employer of any size: units, jobs and employees as a plain REST interface would send them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

UNITS, JOBS = 200, 100
FIRST_STAMP = datetime(2021, 1, 1, tzinfo=UTC)
_STEP = timedelta(minutes=50)  # between two stamps, so that a lookback of minutes reads few people again
_GIVEN = ("Anke", "Bram", "Céline", "Daan", "Eva", "Farid", "Griet", "Hugo", "Inès", "Jonas", "Katrien", "Loïc")
_FAMILY = (
    "Peeters",
    "Janssens",
    "Dubois",
    "Yılmaz",
    "Claes",
    "De Smet",
    "Lambert",
    "Van den Broeck",
    "Özkan",
    "Wouters",
)
_PLACES = ("Gent", "Liège", "Hasselt", "Utrecht", "Brussel")
_KINDS = ("permanent", "fixed term", "agency", "student")
_LANGUAGES = ("nl", "nl", "nl", "fr", "en")

Row = dict[str, Any]


def stamp(number: int) -> str:
    """The moment at which the row of that number was last changed."""
    return (FIRST_STAMP + _STEP * number).isoformat()


def units() -> list[Row]:
    return [
        {"id": f"U{number}", "name": f"Afdeling {number}", "parent_id": _above(number, "U", 12), "updated_at": stamp(0)}
        for number in range(1, UNITS + 1)
    ]


def jobs() -> list[Row]:
    return [{"id": f"J{number}", "title": f"Functie {number}", "updated_at": stamp(0)} for number in range(1, JOBS + 1)]


def employees(count: int) -> Iterator[Row]:
    """`count` people with sixteen fields; the same ones every time."""
    chance = random.Random(20261123)
    for number in range(1, count + 1):
        yield _employee(number, chance)


def changed(row: Row, at: str) -> Row:
    """The same person with another share of full time and another place."""
    places = [place for place in _PLACES if place != row["location"]]
    return {**row, "fte": 0.5 if row["fte"] != 0.5 else 0.75, "location": places[0], "updated_at": at}


def _employee(number: int, chance: random.Random) -> Row:
    given, family = chance.choice(_GIVEN), chance.choice(_FAMILY)
    return {
        "id": number,
        "employee_number": f"E{number:07}",
        "first_name": given,
        "last_name": f"{family} {number}",
        "email": f"person{number}@employer.example",
        "unit_id": f"U{chance.randrange(UNITS) + 1}",
        "job_id": f"J{chance.randrange(JOBS) + 1}",
        "supervisor_id": _above(number, "", 15),
        "status": "active",
        "employment_type": chance.choice(_KINDS),
        "hired_on": (date(1995, 1, 1) + timedelta(days=chance.randrange(11_000))).isoformat(),
        "left_on": None,
        "fte": chance.choice((1.0, 1.0, 0.8, 0.5)),
        "language": chance.choice(_LANGUAGES),
        "location": chance.choice(_PLACES),
        "updated_at": stamp(number),
    }


def _above(number: int, prefix: str, span: int) -> str | None:
    """Everybody but the first hangs below somebody, `span` together."""
    return f"{prefix}{(number - 2) // span + 1}" if number > 1 else None
