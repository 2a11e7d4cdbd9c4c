"""How long, how often and how much one call may take, the clock it is measured with, and what a mapping may say."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from connector.errors import MappingError

_MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, tries and bytes. A call is all its tries and waits; an answer is one of them."""

    connect_seconds: float = 10
    silence_seconds: float = 30  # between two pieces of an answer
    answer_seconds: float = 120  # from the request to the last byte of its answer
    tries: int = 4  # waiting as long as the host asks is not counted
    wait_seconds: float = 120  # all waits of one call together
    first_wait_seconds: float = 1
    body_bytes: int = 64 * _MB  # after unpacking
    redirects: int = 5
    calls_per_minute: int | None = None
    calls_per_second: int | None = None
    throttle_statuses: frozenset[int] = frozenset({429})
    concurrency: int = 1

    @property
    def rules(self) -> list[tuple[int, float]]:
        """The rate as (calls, seconds)."""
        pairs = ((self.calls_per_minute, 60.0), (self.calls_per_second, 1.0))
        return [(count, seconds) for count, seconds in pairs if count is not None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Time and chance, handed in so that a test need not wait for either."""

    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    chance: Callable[[], float] = random.random


class LimitsSchema(Schema):
    """The `[limits]` table of a mapping: what the system bears, as its maker says. Without it nothing is limited but
    time and size."""

    calls_per_minute = fields.Integer(
        validate=validate.Range(min=1, max=60_000),
        metadata={"doc": "The most calls in any minute; an operator may set fewer for a source, never more."},
    )
    calls_per_second = fields.Integer(
        validate=validate.Range(min=1, max=1_000),
        metadata={"doc": "The most calls in any second, beside or instead of those in a minute."},
    )
    throttle_statuses = fields.List(
        fields.Integer(validate=validate.Range(min=400, max=599)),
        metadata={"doc": "The HTTP statuses with which the system asks for fewer calls, beside 429."},
    )
    retry_after_max_seconds = fields.Integer(
        validate=validate.Range(min=1, max=3600),
        metadata={"doc": "How long one call may wait in all when the system asks it to; 120 when not given."},
    )
    concurrency = fields.Integer(
        validate=validate.Range(min=1, max=16),
        metadata={
            "doc": "How many calls may be under way at once, for what is read once per person; 1 when not given."
        },
    )
    answer_seconds = fields.Integer(
        validate=validate.Range(min=1, max=900),
        metadata={"doc": "How long one answer may take from the request to its last byte; 120 when not given."},
    )
    body_mb = fields.Integer(
        validate=validate.Range(min=1, max=512),
        metadata={"doc": "How large one answer may be after unpacking, in megabytes; 64 when not given."},
    )


def limits_of(
    table: Mapping[str, Any], *, source: str, calls_per_minute: int | None = None, base: Limits | None = None
) -> Limits:
    """The limits of one source: those of the code, then of the mapping's table, then the operator's lower rate."""
    try:
        said: dict[str, Any] = LimitsSchema(unknown=RAISE).load(dict(table))
    except ValidationError as error:
        key, problems = next(iter(error.messages_dict.items()))
        text = " ".join(map(str, problems)) if isinstance(problems, list) else "not a list of statuses from 400 to 599"
        raise MappingError(f"limits.{key}: {text}", where=source) from error
    if "throttle_statuses" in said:
        said["throttle_statuses"] = frozenset({429, *said["throttle_statuses"]})
    if "retry_after_max_seconds" in said:
        said["wait_seconds"] = said.pop("retry_after_max_seconds")
    if "body_mb" in said:
        said["body_bytes"] = said.pop("body_mb") * _MB
    made = replace(base or Limits(), **said)
    if made.silence_seconds < made.answer_seconds and "answer_seconds" in said:
        made = replace(made, silence_seconds=made.answer_seconds)
    rates = [rate for rate in (made.calls_per_minute, calls_per_minute) if rate is not None]
    return replace(made, calls_per_minute=min(rates)) if rates else made
