"""How many calls a source allows in a stretch of time, kept before the host has to say so."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable


class Budget:
    """Turns for the calls of one source, whatever thread makes them.

    Each rule (count, seconds) holds for every stretch of that length, not for clock minutes: the call after `count`
    others waits until the first of them is `seconds` old.
    """

    def __init__(self, rules: Iterable[tuple[int, float]], monotonic: Callable[[], float]) -> None:
        self._rules = [(seconds, deque[float](maxlen=count)) for count, seconds in rules]
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._last = float("-inf")
        self._held_until = float("-inf")

    def turn(self, *, has_waited: bool = False) -> float:
        """Books the next call; seconds until it may begin. A caller that `has_waited` as the host asked goes on."""
        with self._lock:
            now = self._monotonic()
            begin = max(now, self._last if has_waited else max(self._last, self._held_until))
            for seconds, begun in self._rules:
                if len(begun) == begun.maxlen:
                    begin = max(begin, begun[0] + seconds)
            for _, begun in self._rules:
                begun.append(begin)
            self._last = begin
            return begin - now

    def hold(self, seconds: float) -> None:
        """The host asked for fewer calls: nobody else calls it until then."""
        with self._lock:
            self._held_until = max(self._held_until, self._monotonic() + seconds)
