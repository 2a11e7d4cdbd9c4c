"""How many calls one sender may make. Counted in this process only: with several, each gives that many."""

from __future__ import annotations

import time
from collections.abc import Callable
from threading import Lock


class Budget:
    """Tokens that come back at `per_second`, at most `burst` of them, for each name apart."""

    def __init__(self, per_second: float, burst: int, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = burst
        self._monotonic = monotonic
        self._lock = Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def wait_seconds(self, name: str) -> float:
        """Take one; 0 when there was one, else how long until there is."""
        now = self._monotonic()
        with self._lock:
            left, at = self._left.get(name, (float(self._burst), now))
            left = min(self._burst, left + (now - at) * self._per_second)
            has_one = left >= 1
            self._left[name] = (left - 1 if has_one else left, now)
        return 0 if has_one else (1 - left) / self._per_second
