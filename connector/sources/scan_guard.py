"""Notices a source that goes round in circles."""

from __future__ import annotations

import hashlib
import json
import marshal
from collections.abc import Sequence

from connector.sources.reader import Cursor, Raw

MOST_PAGES = 100_000
MOST_EMPTY = 1_000


class ScanGuard:
    """Remembers the pages of one scan. `trouble` says in words what is wrong, or None."""

    def __init__(self) -> None:
        self._cursors: set[bytes] = set()
        self._pages: set[bytes] = set()
        self._empty = 0

    def trouble(self, cursor: Cursor, records: Sequence[Raw]) -> str | None:
        here = {name: value for name, value in cursor.items() if name not in ("read", "total")}
        place = _digest(json.dumps(here, sort_keys=True).encode())
        # Format 2 of marshal writes each value out in full: the same bytes for the same answer, in half of JSON's time.
        # Three records tell one page from another; all of them would cost a tenth of a rescan.
        told = [len(records), *(records[number] for number in {0, len(records) // 2, len(records) - 1} if records)]
        page = _digest(marshal.dumps(told, 2))
        if place in self._cursors:
            return "the source leads back to a page that was read before"
        if records and page in self._pages:
            return "the source gives the same page twice"
        self._empty = 0 if records else self._empty + 1
        if self._empty > MOST_EMPTY or len(self._cursors) >= MOST_PAGES:
            return f"the source does not end after {len(self._cursors)} pages"
        self._cursors.add(place)
        self._pages.add(page)
        return None


def _digest(data: bytes) -> bytes:
    return hashlib.blake2b(data, digest_size=16).digest()
