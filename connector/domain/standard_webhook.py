"""Whether a webhook was sent by who shares a secret with us, now, and as it arrived (standardwebhooks.com).

The signature is HMAC-SHA256 over `id.timestamp.body`, of the raw bytes of the body. Several secrets may hold at once,
while a sender changes from one to the next.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Sequence
from datetime import UTC, datetime

from connector.errors import ConfigurationError, InputError, NotAllowedError

WINDOW_SECONDS = 300
LONGEST_ID = 200
_PREFIX = "whsec_"
_LEAST_BYTES, _MOST_BYTES = 24, 64
_MOST_SIGNATURES = 16


def secret_bytes(secret: str, where: str) -> bytes:
    """The key of a secret as it is handed around: `whsec_` and base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.strip().removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not _LEAST_BYTES <= len(key) <= _MOST_BYTES:
        raise ConfigurationError(
            "this is not a secret for webhooks",
            where=where,
            todo='It is whsec_ and base64 of 24 to 64 bytes: make one with `echo "whsec_$(openssl rand -base64 32)"`.',
        )
    return key


def sign(key: bytes, event: str, timestamp: str, body: bytes) -> str:
    """The signature that belongs in the header webhook-signature."""
    told = event.encode() + b"." + timestamp.encode() + b"." + body
    return "v1," + base64.b64encode(hmac.new(key, told, hashlib.sha256).digest()).decode()


def verify(
    keys: Sequence[bytes], event: str | None, timestamp: str | None, signatures: str | None, body: bytes, now: datetime
) -> None:
    """Pass over a webhook that is genuine and fresh.

    NotAllowedError: not signed with one of the keys, said before anything else about it. InputError: genuine, but its
    moment of sending is more than five minutes from `now`.
    """
    given = (signatures or "").split()
    fits_form = bool(event and timestamp and given) and len(event or "") <= LONGEST_ID and len(timestamp or "") <= 12
    if not (fits_form and len(given) <= _MOST_SIGNATURES and (event or "").isascii() and (event or "").isprintable()):
        raise NotAllowedError("this webhook is not signed", where="webhook-signature")
    told = [_bytes(sign(key, str(event), str(timestamp), body)) for key in keys]
    # Every pair is compared, so that the time it takes tells nothing about which one came near.
    if not sum(hmac.compare_digest(one, _bytes(other)) for one in told for other in given):
        raise NotAllowedError("the signature does not fit", where="webhook-signature")
    if not _is_fresh(str(timestamp), now):
        raise InputError(
            "this webhook was sent more than five minutes from now",
            problems={"webhook-timestamp": ["must be within five minutes of now, in seconds since 1970"]},
            where="webhook-timestamp",
        )


def _is_fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit()):
        return False
    return abs(now.astimezone(UTC).timestamp() - int(timestamp)) <= WINDOW_SECONDS


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
