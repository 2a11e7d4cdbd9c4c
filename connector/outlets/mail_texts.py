"""What our mails say, by language. Plain words, short sentences, never what a conversation is about.

`{day}`, `{from_time}` and `{to_time}` are written out by `say_day` and `say_time`; `{link}` is the sign-in page.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


_NL = {
    "invitation": Text(
        "Gesprek op {day}",
        "Je hebt een gesprek op {day}.\nHet begint om {from_time} en duurt tot {to_time}.\n\n"
        "De uitnodiging voor je agenda zit bij deze mail.\nKun je dan niet? Antwoord op deze mail.",
    ),
    "cancellation": Text(
        "Gesprek op {day} gaat niet door",
        "Je gesprek op {day} om {from_time} gaat niet door.\nHet verdwijnt uit je agenda.",
    ),
    "reminder.preparation": Text(
        "Bereid je gesprek voor",
        "Je hebt een gesprek op {day} om {from_time}.\nBereid je voor tegen {due}.\n\nDat doe je hier: {link}",
    ),
    "reminder.tomorrow": Text(
        "Morgen heb je een gesprek",
        "Morgen, {day}, heb je een gesprek.\nHet begint om {from_time}.",
    ),
    "reminder.evaluation": Text(
        "Er wacht nog een gesprek",
        "Er staat nog een gesprek open.\nHet moest er zijn voor {due}.\n\nKijk hier wat je kunt doen: {link}",
    ),
    "unplanned": Text(
        "Gesprekken zonder moment",
        "Voor {count} gesprekken vinden we geen moment.\nWat je kunt doen, staat hier: {link}",
    ),
    "sync.waits": Text(
        "De koppeling {source} wacht op je",
        "De koppeling {source} is gestopt voor ze iets schreef.\nEr verandert meer dan zonder jouw akkoord mag. "
        "Het gaat om run {run}.\n\nKijk hier wat er zou veranderen, en kies: {link}",
    ),
    "credential.ends": Text(
        "De koppeling {source} stopt op {day}",
        "De sleutel waarmee de koppeling {source} inlogt, werkt tot en met {day}.\n"
        "Maak in dat systeem een nieuwe. Zet die in de instellingen, samen met zijn laatste dag.\n\n"
        "Alle koppelingen staan hier: {link}",
    ),
}
_GREETING = {"nl": ("Dag {name},", "Dag,", "Deze mail is automatisch gestuurd door {employer}.")}
TEXTS = {"nl": _NL}
_DAYS = {"nl": ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")}
_MONTHS = {
    "nl": (
        *("januari", "februari", "maart", "april", "mei", "juni"),
        *("juli", "augustus", "september", "oktober", "november", "december"),
    )
}
SUMMARY = {"nl": "Gesprek"}


def language_for(*wanted: str | None) -> str:
    """The first language that we have texts in."""
    for language in wanted:
        short = (language or "").lower().partition("-")[0].partition("_")[0]
        if short in TEXTS:
            return short
    return "nl"


def say_day(day: date, language: str) -> str:
    """`donderdag 26 november 2026`."""
    return f"{_DAYS[language][day.weekday()]} {day.day} {_MONTHS[language][day.month - 1]} {day.year}"


def say_time(wall: time) -> str:
    """`10 uur`, `10.30 uur`."""
    return f"{wall.hour}.{wall.minute:02d} uur" if wall.minute else f"{wall.hour} uur"


def compose(kind: str, language: str, name: str | None, employer: str, facts: dict[str, str]) -> Text:
    """Subject and text of one mail. `facts` fills the braces of the kind's text."""
    text = TEXTS[language][kind]
    with_name, without, foot = _GREETING[language]
    greeting = with_name.format(name=name) if name else without
    body = text.body.format(**facts)
    return Text(text.subject.format(**facts), f"{greeting}\n\n{body}\n\n{foot.format(employer=employer)}\n")
