"""A message to one person, built the same way each time: a repeat after a crash is the same bytes."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from typing import Protocol

from connector.outlets.plain import checked_address, one_line


@dataclass(frozen=True, slots=True)
class Mail:
    """`key` is the outbox key. `ics` and `method` are None when nothing is to be put in a calendar."""

    key: str
    to: str
    subject: str
    text: str
    language: str
    written_at: datetime
    ics: bytes | None = None
    method: str | None = None


class Carrier(Protocol):
    """Hands mails over: to a folder, or to a mail server.

    `send` raises DeliveryError when it may work later, RecordError when this mail never will. `sender` is the address
    that it sends from.
    """

    @property
    def sender(self) -> str: ...

    def send(self, mail: Mail) -> None: ...


def digest_of(key: str) -> str:
    """A name for an outbox key that fits in a file name and a Message-ID, and tells nothing."""
    return hashlib.blake2b(key.encode("utf-8", "surrogatepass"), digest_size=20).hexdigest()


def to_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as RFC 5322 wants it, with the calendar both as a part (RFC 6047) and as a file."""
    name = digest_of(mail.key)
    message = EmailMessage(policy=SMTP)
    message["From"] = checked_address(sender)
    message["To"] = checked_address(mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = mail.written_at
    message["Message-ID"] = f"<{name}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.text)
    if mail.ics is not None and mail.method is not None:
        message.add_alternative(mail.ics.decode("utf-8"), subtype="calendar", params={"method": mail.method})
        message.add_attachment(mail.ics, maintype="application", subtype="ics", filename="gesprek.ics")
    message["Content-Language"] = mail.language  # last: making a part of the text takes such headers along
    for number, part in enumerate(message.walk()):
        if part.is_multipart():
            part.set_boundary(f"={number}={name}")
    return message
