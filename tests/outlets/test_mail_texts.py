"""Every mail can be written in every language, and says the same."""

from __future__ import annotations

import re
from datetime import date, time

import pytest

from connector.outlets.mail_texts import WORDS, compose, language_for, say_day, say_time
from connector.services.outgoing import MAIL_KINDS

FACTS = {name: f"<{name}>" for name in ("day", "from_time", "to_time", "due", "count", "source", "run", "link")}


@pytest.mark.parametrize("kind", MAIL_KINDS)
def test_every_kind_has_words_with_the_same_facts_in_every_language(kind: str) -> None:
    said = {language: compose(kind, language, "Ann", "Acme", FACTS) for language in WORDS}
    used = {language: sorted(re.findall("<[a-z_]+>", text.subject + text.body)) for language, text in said.items()}
    assert used["en"] == used["nl"] == used["fr"]
    assert len({text.body for text in said.values()}) == len({text.subject for text in said.values()}) == 3
    assert re.search("[^\u00a0][:;?!](?!/)", said["fr"].subject + said["fr"].body) is None


def test_days_and_hours_are_said_as_people_do() -> None:
    assert [say_day(date(2026, 12, 1), language) for language in ("nl", "en", "fr")] == [
        "dinsdag 1 december 2026",
        "Tuesday 1 December 2026",
        "mardi 1er décembre 2026",
    ]
    assert say_day(date(2026, 12, 2), "fr") == "mercredi 2 décembre 2026"
    assert [say_time(time(9, 5), language) for language in ("nl", "en", "fr")] == ["9.05 uur", "9:05", "9 h 05"]
    assert [say_time(time(10), language) for language in ("nl", "en", "fr")] == ["10 uur", "10:00", "10 h"]


def test_the_first_language_that_we_speak_is_taken() -> None:
    assert language_for("de", "fr_BE", "en") == "fr"
    assert language_for(None, "en") == "en"
    assert language_for("de", None) == "nl"
