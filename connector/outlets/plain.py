"""Text from HR records made harmless for a header or a calendar field."""

from __future__ import annotations

import re
import unicodedata
from email.errors import MessageError
from email.headerregistry import Address

from connector.errors import RecordError

_SPACE = re.compile(r"\s+")


def one_line(text: str, longest: int = 120) -> str:
    """The text on one line, without control characters and without marks that turn the reading direction round.

    `=?` is broken: the email package would decode an encoded word (RFC 2047), with the line breaks hidden in it.
    """
    spaced = _SPACE.sub(" ", text)
    kept = "".join(char for char in spaced if unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Co", "Cn"))
    return kept.replace("=?", "= ?").strip()[:longest]


def checked_address(text: str) -> str:
    """The e-mail address, or RecordError: one address, no name, nothing that a mail server could read as more.

    Letters outside ASCII are refused: many servers still do, and a wrong encoding would name another person.
    """
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, MessageError) as error:
        raise RecordError("this is not an e-mail address", field="email", kind="other text") from error
    plain = text.isascii() and address.username and address.domain and address.addr_spec == text
    if not plain or one_line(text, 254) != text or any(char in text for char in ' "<>,;:\\'):
        raise RecordError("this is not an e-mail address", field="email", kind="other text")
    return text
