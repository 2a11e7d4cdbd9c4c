"""What went wrong with a call, as an error of ours: source, what was tried, what to do. Never a word of the body."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass
from typing import Any

from requests import exceptions
from urllib3.exceptions import NameResolutionError, NewConnectionError, ProtocolError, ReadTimeoutError

from connector.errors import (
    AnswerError,
    ConfigurationError,
    CredentialsError,
    NothingThereError,
    PopError,
    ResourceRefusedError,
    SourceUnavailableError,
    ThrottledError,
)
from connector.http.public import Kind
from connector.http.waits import asked_wait

_AGAIN = frozenset({408, 425, 429, 502, 503, 504})
_BROKEN = (exceptions.ConnectionError, exceptions.Timeout, exceptions.ChunkedEncodingError)
_LATER = "Nothing is lost: the next run tries again; if it stays, ask who runs that system."


@dataclass(frozen=True, slots=True)
class Call:
    """One try of a call, named for people: `tried` is METHOD and address without its query."""

    source: str
    tried: str
    mask: Callable[[str], str]
    attempt: int = 1
    writes: bool = False

    def error(self, kind: type[PopError], what: str, todo: str, **extra: Any) -> PopError:
        """An error of ours with `where` and `tried` filled in."""
        tried = self.mask(self.tried) + (f", {self.attempt} times" if self.attempt > 1 else "")
        return kind(what, where=self.source, tried=tried, todo=todo, **extra)


class Failed(Exception):  # noqa: N818  it never leaves this package
    """One try failed: with what, whether another try may help, and how many seconds the host asks to wait.

    `arrived`: the host may have got the request, and may have done what it asks.
    """

    def __init__(
        self, error: PopError, *, again: bool = False, asked: float | None = None, arrived: bool = True
    ) -> None:
        super().__init__(str(error))
        self.error = error
        self.again = again
        self.asked = asked
        self.arrived = arrived


THROTTLED = frozenset({429})


def of_status(
    call: Call, status: int, headers: Mapping[str, str], throttles: Container[int] = THROTTLED
) -> Failed | None:
    """The failure that a status means; None for success. `throttles` are the statuses that ask for fewer calls."""
    if 200 <= status < 300:
        return None
    if status in throttles:
        return throttled(call, str(status), asked_wait(headers))
    asked = asked_wait(headers) if status in _AGAIN else None
    return Failed(_status_error(call, status), again=status in _AGAIN, asked=asked)


def throttled(call: Call, sign: str, asked: float | None) -> Failed:
    """The host asks for fewer calls; `sign` is how it said so, `asked` the seconds it wants us to wait."""
    what = f"the host asks for fewer calls ({sign})"
    if asked is not None:
        what += f" and to wait {asked:.0f} s"
    todo = f"The next run tries again; a larger page_size or calls_per_minute in [sources.{call.source}] may help."
    return Failed(call.error(ThrottledError, what, todo, wait_seconds=asked), again=True, asked=asked, arrived=False)


def of_login_status(call: Call, status: int, headers: Mapping[str, str]) -> Failed | None:
    """The failure that a status means where a login was sent: any no is a no to the login (RFC 6749, 5.2).

    A redirect is how a form says yes; where it leads does not matter, for its cookies came with it.
    """
    if status in (302, 303):
        return None
    if status in (400, 401, 403):
        what = f"the login was refused ({status})"
        todo = f"Check user and secrets of [sources.{call.source}]; they may have expired."
        return Failed(call.error(CredentialsError, what, todo))
    return of_status(call, status, headers)


def of_refused_address(call: Call, kind: Kind) -> Failed:
    """The name of the host leads to an address that may not be called."""
    if kind is Kind.OWN:
        what = "the host is inside a network, not on the internet"
        todo = f"If that is right, set allow_private = true in [sources.{call.source}]."
    else:
        what = "the name of the host leads to an address that no system has"
        todo = f"Check url of [sources.{call.source}], and the DNS of this machine."
    return Failed(call.error(ConfigurationError, what, todo))


def _status_error(call: Call, status: int) -> PopError:
    place = f"[sources.{call.source}]"
    if status == 401:
        return call.error(CredentialsError, "the login was refused (401)", f"Check user and password of {place}.")
    if status == 403:
        act = "write" if call.writes else "read"
        todo = f"Give its account the right to {act} it, in that system."
        return call.error(ResourceRefusedError, f"this login may not {act} this (403)", todo)
    if status in (404, 410):
        return call.error(
            NothingThereError,
            f"there is nothing at this address ({status})",
            f"Check url of {place}; if it is right, that release has no such resource.",
        )
    if status >= 500 or status in _AGAIN:
        return call.error(SourceUnavailableError, f"the host failed to answer ({status})", _LATER)
    return call.error(AnswerError, f"the host did not accept the call ({status})", f"Check url and mapping of {place}.")


def of_exception(call: Call, error: exceptions.RequestException, *, is_over: bool, seconds: float) -> Failed:
    """The failure behind an exception of requests. Its text is left out: it may hold the whole address."""
    place = f"[sources.{call.source}]"
    if isinstance(error, exceptions.SSLError):
        return Failed(call.error(ConfigurationError, *_encryption_trouble(error, place)))
    if isinstance(error, exceptions.InvalidURL | exceptions.InvalidSchema | exceptions.MissingSchema):
        return Failed(call.error(ConfigurationError, "this is not a web address", f"Check url of {place}."))
    if isinstance(error, exceptions.ContentDecodingError):
        what = "the answer is packed in a way that cannot be unpacked"
        return Failed(call.error(AnswerError, what, f"Check url of {place}."))
    if not isinstance(error, _BROKEN):
        return Failed(call.error(AnswerError, "the call could not be made", f"Check url and mapping of {place}."))
    what, todo = _connection_trouble(error, is_over, seconds)
    error_of_ours = call.error(SourceUnavailableError, what, todo.format(place=place))
    return Failed(error_of_ours, again=True, arrived=_may_have_arrived(error))


def _may_have_arrived(error: exceptions.RequestException) -> bool:
    """Not when there was no connection to send it on."""
    reason = getattr(error.args[0] if error.args else None, "reason", None)
    return not isinstance(error, exceptions.ConnectTimeout) and not isinstance(reason, NewConnectionError)


def _encryption_trouble(error: exceptions.SSLError, place: str) -> tuple[str, str]:
    inner = getattr(error.args[0] if error.args else None, "reason", None)
    cause = inner.args[0] if inner is not None and inner.args else None
    if isinstance(cause, ssl.SSLCertVerificationError):
        todo = "Mend the certificate there, or let REQUESTS_CA_BUNDLE name the authority that signed it."
        return "the certificate of the host cannot be trusted", todo
    return "no encrypted connection can be made", f"Check whether https: and the port in url of {place} are right."


def _connection_trouble(error: exceptions.RequestException, is_over: bool, seconds: float) -> tuple[str, str]:
    inner = error.args[0] if error.args else None
    if is_over:
        return f"the answer was not complete within {seconds:g} s", _LATER
    if isinstance(error, exceptions.ChunkedEncodingError):
        return "the answer was cut off", _LATER
    if isinstance(error, exceptions.ProxyError):
        return "the proxy did not let the call through", "Check HTTPS_PROXY and NO_PROXY of this machine."
    if isinstance(error, exceptions.ConnectTimeout):
        return "no connection in time", "Check url of {place}, and whether a firewall stands in between."
    if isinstance(error, exceptions.ReadTimeout) or isinstance(inner, ReadTimeoutError):
        return "the host fell silent", _LATER
    if isinstance(inner, ProtocolError):
        return "the host broke off the connection", _LATER
    if isinstance(getattr(inner, "reason", None), NameResolutionError):
        return "no host has this name", "Check url of {place}, and the DNS of this machine."
    return "the host cannot be reached", "Check url of {place}, and whether that system runs."
