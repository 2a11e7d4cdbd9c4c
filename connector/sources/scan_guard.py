"""Notices a source that goes round in circles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence

from connector.sources.reader import Cursor, Raw

_MOST_PAGES = 100_000


class ScanGuard:
    """Remembers the pages of one scan. `trouble` says in words what is wrong, or None."""

    def __init__(self) -> None:
        self._cursors: set[bytes] = set()
        self._pages: set[bytes] = set()

    def trouble(self, cursor: Cursor, records: Sequence[Raw]) -> str | None:
        place = _digest({name: value for name, value in cursor.items() if name != "read"})
        page = _digest(records)
        if place in self._cursors:
            return "the source leads back to a page that was read before"
        if records and page in self._pages:
            return "the source gives the same page twice"
        if len(self._pages) >= _MOST_PAGES:
            return f"the source does not end after {_MOST_PAGES} pages"
        self._cursors.add(place)
        self._pages.add(page)
        return None


def _digest(value: object) -> bytes:
    return hashlib.blake2b(json.dumps(value, sort_keys=True).encode(), digest_size=16).digest()
