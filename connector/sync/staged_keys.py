"""Which keys a scan may have staged or refused already, in one megabyte whatever their number.

Only to spare questions: of the keys that it may hold a few are not staged, of the others none is.
"""

from __future__ import annotations

from collections.abc import Iterable

_BITS = 2**23  # of half a million keys, one in seventeen others is asked about in vain


class StagedKeys:
    """`knows_all`: whether every staged key comes by `add`; a run that goes on has staged others before."""

    def __init__(self, *, knows_all: bool) -> None:
        self._knows_all = knows_all
        self._bits = bytearray()

    def add(self, keys: Iterable[str]) -> None:
        for key in keys:
            if not self._bits:
                self._bits = bytearray(_BITS >> 3)
            place = hash(key) % _BITS
            self._bits[place >> 3] |= 1 << (place & 7)

    def may_hold(self, key: str) -> bool:
        if not self._knows_all:
            return True
        place = hash(key) % _BITS
        return bool(self._bits) and bool(self._bits[place >> 3] & (1 << (place & 7)))
