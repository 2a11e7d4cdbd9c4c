"""How often a call is tried, and how long it waits in between."""

from __future__ import annotations

from connector.errors import ThrottledError
from connector.http.failures import Failed
from connector.http.limits import Limits, Timing
from connector.http.waits import backoff


class Tries:
    """The tries of one call. `made` counts them all."""

    def __init__(self, limits: Limits, timing: Timing) -> None:
        self._limits = limits
        self._timing = timing
        self._waited = 0.0
        self._counted = 0
        self.made = 0

    def wait_after(self, failed: Failed) -> float | None:
        """Seconds until the next try; None when there is none.

        A host that asks for fewer calls and says how long to wait is obeyed as long as the waits together allow: that
        is no failure, and must not use up the tries that are there for failures.
        """
        self.made += 1
        is_asked = isinstance(failed.error, ThrottledError) and bool(failed.asked)
        self._counted += not is_asked
        first = self._limits.first_wait_seconds
        wait = failed.asked or backoff(self._counted, first, self._timing.chance())
        if not failed.again or self._counted >= self._limits.tries or self._waited + wait > self._limits.wait_seconds:
            return None
        self._waited += wait
        return wait
