"""The shape of what mails say in one language. Plain words, short sentences, never what a conversation is about.

`{day}`, `{from_time}` and `{to_time}` are written out by connector.outlets.mail_texts; `{link}` is the sign-in page.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    subject: str
    body: str


@dataclass(frozen=True, slots=True)
class Words:
    """`texts` by kind of mail; `greeting` with a name and without; `summary` is the neutral title of an appointment;
    `hour` and `minute` are a time of the day on the hour and beside it."""

    texts: Mapping[str, Text]
    greeting: tuple[str, str]
    foot: str
    summary: str
    hour: str
    minute: str
