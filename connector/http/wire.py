"""One try of a call on one thread: the request, its redirects, the bytes of the answer."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

import requests

from connector import __version__
from connector.errors import AnswerError, ConfigurationError, SourceUnavailableError
from connector.http.addresses import Base
from connector.http.connecting import GuardedAdapter
from connector.http.deadline import Deadline
from connector.http.failures import Call, Failed
from connector.http.limits import Limits, Timing
from connector.http.login import Login
from connector.http.reach import Reach

REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_THE_METHOD = frozenset({307, 308})
_PIECE = 64 * 1024
_TIGHTEST = 200  # times smaller than unpacked; JSON about people packs 10 to 30 times
_SMALL = 4 * 1024 * 1024  # so much may be packed as tightly as it likes


class _Session(requests.Session):
    """Leaves redirects to us: requests would read the body of each, however large, and trip over a bad address."""

    def resolve_redirects(self, *args: object, **kwargs: object) -> Iterator[requests.Response]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Request:
    """A call as its caller made it: the login is not in it. One that `writes` is never repeated once it may have
    arrived; `fine` are statuses that are success for it."""

    method: str
    address: str
    params: Mapping[str, Any] | None = None
    json: Any = None
    form: Mapping[str, Any] | None = None
    headers: Mapping[str, str] | None = None
    writes: bool = False
    fine: Container[int] = ()


@dataclass(frozen=True, slots=True)
class Received:
    """The answer after all redirects, its body unpacked."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    next_link: str | None
    cookies: Mapping[str, str]


class Wire:
    """The connections of one thread, and the deadline that they share.

    One that `follows` no redirects gives them as answers: a login may well succeed by one.
    """

    def __init__(
        self,
        base: Base,
        reach: Reach,
        headers: Mapping[str, str],
        limits: Limits,
        timing: Timing,
        *,
        follows: bool = True,
    ) -> None:
        self._base = base
        self._reach = reach
        self._limits = limits
        self._follows = follows
        self.deadline = Deadline(timing.monotonic)
        self._found: dict[tuple[str, str], Mapping[str, Any]] = {}
        self._requests = _Session()
        own = {"Accept": "application/json", "User-Agent": f"pop-connector/{__version__}"}
        self._requests.headers.update({**own, **headers})
        for prefix in ("https://", "http://"):
            self._requests.mount(prefix, GuardedAdapter(self.deadline, reach))

    def close(self) -> None:
        self._requests.close()

    def make(self, call: Call, request: Request, login: Login) -> Received:
        """The answer, whatever its status; Failed, AddressRefusedError or an exception of requests."""
        self.deadline.start(self._limits.answer_seconds)
        for _ in range(self._limits.redirects + 1):
            response = self._send(request, login)
            with response:
                if response.status_code not in REDIRECTS or not self._follows:
                    return self._received(call, response)
                request = self._redirected(call, request, response)
        raise Failed(call.error(AnswerError, "the host redirects without end", _check_url(call)))

    def _send(self, request: Request, login: Login) -> requests.Response:
        prepared = self._requests.prepare_request(
            requests.Request(
                request.method,
                request.address,
                params=request.params,
                json=request.json,
                data=request.form,
                headers=request.headers,
                auth=login,
            )
        )
        return self._requests.send(
            prepared,
            timeout=(self._limits.connect_seconds, self._limits.silence_seconds),
            allow_redirects=False,
            **self._surroundings(prepared.url or ""),
        )

    def _surroundings(self, address: str) -> Mapping[str, Any]:
        """Proxies and certificates as the environment names them for a host; looking costs as much as a small call."""
        parts = urlsplit(address)
        place = parts.scheme, parts.netloc
        if place not in self._found:
            found = self._requests.merge_environment_settings(address, {}, stream=True, verify=None, cert=None)
            self._found[place] = found
        return self._found[place]

    def _received(self, call: Call, response: requests.Response) -> Received:
        # Of a refusal only its status and headers count.
        body = self._body(call, response) if response.status_code < 300 else b""
        link = response.links.get("next", {}).get("url")
        cookies = {cookie.name: cookie.value or "" for cookie in response.cookies}
        return Received(response.status_code, response.headers, body, link, cookies)

    def _redirected(self, call: Call, request: Request, response: requests.Response) -> Request:
        link = response.headers.get("Location", "")
        if self._base.wants_encryption(request.address, link):
            what = "the host wants an encrypted connection"
            raise Failed(call.error(ConfigurationError, what, f"Write https: in url of [sources.{call.source}]."))
        address = self._base.linked(request.address, link)
        if address is None or not link:
            raise Failed(call.error(ConfigurationError, "the host sends us to another host", _check_url(call)))
        if not self._reach.allow_redirects:
            todo = f"Check url, or set allow_redirects = true in [sources.{call.source}]."
            raise Failed(call.error(ConfigurationError, "the host sends us to another address", todo))
        if request.method != "GET" and response.status_code not in _KEEP_THE_METHOD:
            raise Failed(call.error(ConfigurationError, "the host sends us to another address", _check_url(call)))
        return replace(request, address=address, params=None)

    def _body(self, call: Call, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_PIECE):
            size += len(part)
            if size > self._limits.body_bytes:
                what = f"the answer is larger than {self._limits.body_bytes // 1024**2} MB"
                raise Failed(call.error(AnswerError, what, "Set a smaller page_size."))
            if size > _SMALL and size > _TIGHTEST * max(1, response.raw.tell()):
                what = "the answer is packed more tightly than any list of records"
                raise Failed(call.error(AnswerError, what, _check_url(call)))
            if self.deadline.has_passed:
                late = f"the answer was not complete within {self._limits.answer_seconds:g} s"
                raise Failed(call.error(SourceUnavailableError, late, "The next run tries again."), again=True)
            parts.append(part)
        return b"".join(parts)


def _check_url(call: Call) -> str:
    return f"Check url of [sources.{call.source}]."
