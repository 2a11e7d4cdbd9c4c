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
        bits = self._bits
        self._highest = max(self._highest, max(ids, default=-1))
        for number in ids:
            place, bit = number >> 3, 1 << (number & 7)
            if place >= len(bits):
                bits.extend(bytes(place + 1 - len(bits) + 1024))
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
        for blob in session.scalars(select(ScanPage.seen).where(ScanPage.scan_id == scan_id)):
            ids = array("q")
            ids.frombytes(blob)
            self.add(ids)
