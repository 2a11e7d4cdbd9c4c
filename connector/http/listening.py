"""Lets one piece of work hear every answer of the sessions that it opens: how a sample is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, TypeAlias


@dataclass(frozen=True, slots=True)
class Exchange:
    """A call that succeeded, as its caller made it: what the login adds to it is not here."""

    method: str
    address: str
    params: Mapping[str, Any] | None
    json: Any
    form: Mapping[str, Any] | None
    content: Any
    next_link: str | None


Listener: TypeAlias = Callable[[Exchange], None]

_HEARD_BY: ContextVar[Listener | None] = ContextVar("heard_by", default=None)


@contextmanager
def heard_by(listener: Listener) -> Iterator[None]:
    """Every session that is opened within tells `listener` its exchanges, also after, and from other threads."""
    token = _HEARD_BY.set(listener)
    try:
        yield
    finally:
        _HEARD_BY.reset(token)


def current_listener() -> Listener | None:
    """Who wants to hear the sessions that are opened here."""
    return _HEARD_BY.get()
