"""A login that first has to fetch a token or a cookie, for all threads of a session together."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from requests import PreparedRequest

from connector.http.login import Login

_EARLY_SECONDS = 60.0  # so that no token ends on its way


@dataclass(frozen=True, slots=True)
class Token:
    """The value of the header, and how many seconds the host takes it (None: until it says no)."""

    value: str = field(repr=False)
    seconds: float | None = None


class TokenLogin(Login):
    """Sets one header to a token that is fetched at first use, before its end, and once when the host refuses it."""

    def __init__(
        self,
        header: str,
        fetch: Callable[[], Token],
        monotonic: Callable[[], float],
        close: Callable[[], None] = lambda: None,
    ) -> None:
        self._header = header
        self._fetch = fetch
        self._monotonic = monotonic
        self._close = close
        self._lock = threading.Lock()
        self._value: str | None = None
        self._until: float | None = None
        self._number = 0

    def ready(self) -> int:
        """Fetches a token unless there is a good one; whoever else needs it meanwhile waits for it."""
        with self._lock:
            if self._value is None or (self._until is not None and self._monotonic() >= self._until):
                token = self._fetch()
                self._value, self._until = token.value, self._end(token)
                self._number += 1
            return self._number

    def _end(self, token: Token) -> float | None:
        if token.seconds is None:
            return None
        return self._monotonic() + token.seconds - min(_EARLY_SECONDS, token.seconds / 2)

    def renew(self, used: int) -> bool:
        with self._lock:
            if used == self._number:
                self._until = float("-inf")
            return True

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        value = self._value
        if value is not None:
            request.headers[self._header] = value
        return request

    def close(self) -> None:
        self._close()
