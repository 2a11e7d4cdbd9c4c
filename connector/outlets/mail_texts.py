"""What our mails say, in the language of whoever gets them."""

from __future__ import annotations

from datetime import date, time

from babel.dates import format_date

from connector.outlets.mail_words import en, fr, nl
from connector.outlets.mail_words.words import Text, Words

WORDS: dict[str, Words] = {"nl": nl.WORDS, "en": en.WORDS, "fr": fr.WORDS}
SUMMARY = {language: words.summary for language, words in WORDS.items()}


def language_for(*wanted: str | None) -> str:
    """The first language that we have texts in."""
    for language in wanted:
        short = (language or "").lower().partition("-")[0].partition("_")[0]
        if short in WORDS:
            return short
    return "nl"


def say_day(day: date, language: str) -> str:
    """`donderdag 26 november 2026`; French counts the first day of a month."""
    first = language == "fr" and day.day == 1
    return format_date(day, "EEEE d'er' MMMM y" if first else "EEEE d MMMM y", locale=language)


def say_time(wall: time, language: str) -> str:
    """`10 uur`, `10.30 uur`."""
    words = WORDS[language]
    return (words.minute if wall.minute else words.hour).format(hour=wall.hour, minute=f"{wall.minute:02d}")


def compose(kind: str, language: str, name: str | None, employer: str, facts: dict[str, str]) -> Text:
    """Subject and text of one mail. `facts` fills the braces of the kind's text."""
    words = WORDS[language]
    text = words.texts[kind]
    with_name, without = words.greeting
    greeting = with_name.format(name=name) if name else without
    body = text.body.format(**facts)
    return Text(text.subject.format(**facts), f"{greeting}\n\n{body}\n\n{words.foot.format(employer=employer)}\n")
