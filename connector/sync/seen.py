"""Which known records a scan has held: one bit a record, so that half a million people fit in 64 kB."""

from __future__ import annotations

from array import array
from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.store.sync_state import ScanPage


class Seen:
    """A set of record numbers."""

    def __init__(self) -> None:
        self._bits = bytearray()
        self._highest = -1
        self.count = 0

    def add(self, ids: Collection[int]) -> None:
        if not ids:
            return
        first, last = min(ids), max(ids)
        if first > self._highest and last - first + 1 == len(set(ids)):
            self._add_row(first, last)
        else:
            self._add_each(ids)
        self._highest = max(self._highest, last)

    def _add_row(self, first: int, last: int) -> None:
        """Numbers without a gap, none of them in it yet: a page whose records come in the order of their numbers."""
        inside = ((1 << (last - first + 1)) - 1) << (first & 7)
        start, end = first >> 3, (last >> 3) + 1
        self._reach(end)
        held = int.from_bytes(self._bits[start:end], "little")
        self._bits[start:end] = (held | inside).to_bytes(end - start, "little")
        self.count += last - first + 1

    def _reach(self, end: int) -> None:
        if end > len(self._bits):
            self._bits.extend(bytes(end - len(self._bits) + 1024))

    def _add_each(self, ids: Collection[int]) -> None:
        bits = self._bits
        for number in ids:
            place, bit = number >> 3, 1 << (number & 7)
            if place >= len(bits):
                self._reach(place + 1)
            if not bits[place] & bit:
                bits[place] |= bit
                self.count += 1

    def __contains__(self, number: int) -> bool:
        place = number >> 3
        return place < len(self._bits) and bool(self._bits[place] & (1 << (number & 7)))

    def among(self, ids: Collection[int]) -> list[int]:
        """Those of these numbers that are in it."""
        bits, end = self._bits, len(self._bits) << 3
        if min(ids, default=0) > self._highest:
            return []  # as when the records come in the order of their numbers
        return [number for number in ids if number < end and bits[number >> 3] & (1 << (number & 7))]

    def load(self, session: Session, scan_id: int) -> None:
        """Add what the checkpoints of a scan held, those before a crash included."""
        pages = select(ScanPage.seen).where(ScanPage.scan_id == scan_id).execution_options(yield_per=1)
        for blob in session.scalars(pages):
            ids = array("q")
            ids.frombytes(blob)
            self.add(ids)
