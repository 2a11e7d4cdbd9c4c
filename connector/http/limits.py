"""How long, how often and how much one call may take, and the clock it is measured with."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, tries and bytes. A call is all its tries and waits; an answer is one of them."""

    connect_seconds: float = 10
    silence_seconds: float = 30  # between two pieces of an answer
    answer_seconds: float = 120  # from the request to the last byte of its answer
    tries: int = 4
    wait_seconds: float = 120  # all waits of one call together
    first_wait_seconds: float = 1
    body_bytes: int = 64 * 1024 * 1024  # after unpacking
    redirects: int = 5


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, handed in so that a test need not wait for either."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random
