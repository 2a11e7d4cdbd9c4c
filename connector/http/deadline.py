"""A total deadline for one answer.

requests only limits the silence between two packets: a host that sends a byte a second is never too slow for it. Here
each read from the socket, of headers as of body, may last no longer than what is left of the answer's time.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any


class Deadline:
    """When the answer that is being read must be complete."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._until: float | None = None

    def start(self, seconds: float) -> None:
        self._until = self._monotonic() + seconds

    def left(self) -> float:
        """Seconds left; zero or less when it has passed."""
        return float("inf") if self._until is None else self._until - self._monotonic()

    @property
    def has_passed(self) -> bool:
        return self.left() <= 0


class WatchedStream(io.RawIOBase):
    """The bytes of a socket, with the time left as the time-out of each read."""

    def __init__(self, stream: Any, sock: Any, deadline: Deadline) -> None:
        super().__init__()
        self._stream = stream
        self._sock = sock
        self._deadline = deadline
        self._silence = sock.gettimeout()

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        left = self._deadline.left()
        if left <= 0:
            raise TimeoutError("the deadline of this answer has passed")
        if left != float("inf"):
            self._sock.settimeout(left if self._silence is None else min(left, self._silence))
        count: int | None = self._stream.readinto(buffer)
        return count

    def close(self) -> None:
        self._stream.close()
        super().close()
