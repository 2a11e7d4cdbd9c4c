"""Keeps secrets out of texts for people."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote, quote_plus

_SHORTEST = 4  # a shorter one would black out ordinary words


class Mask:
    """Replaces each secret, as it is, quoted for an address, or in base64, by `***`."""

    def __init__(self, user: str | None, *secrets: str | None) -> None:
        found: set[str] = set()
        for secret in secrets:
            if secret and len(secret) >= _SHORTEST:
                pair = f"{user or ''}:{secret}"
                found |= {secret, quote(secret, safe=""), quote_plus(secret)}
                found |= {b64encode(text.encode()).decode() for text in (secret, pair)}
        self._secrets = sorted(found, key=len, reverse=True)

    def __call__(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text
