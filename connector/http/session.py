"""The one outgoing session: a call with all its tries, its redirects and its body, or one error of ours."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

import requests

from connector import __version__
from connector.errors import AnswerError, ConfigurationError, PopError, SourceUnavailableError
from connector.http.addresses import Base
from connector.http.deadline import Deadline, DeadlineAdapter
from connector.http.failures import Call, Failed, of_exception, of_status
from connector.http.json_body import parse_json
from connector.http.limits import Limits, Timing
from connector.http.listening import Exchange, current_listener
from connector.http.login import HeaderLogin
from connector.http.masking import Mask
from connector.http.waits import backoff

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_KEEP_THE_METHOD = frozenset({307, 308})
_PIECE = 64 * 1024

Parse: TypeAlias = Callable[[Call, bytes, str], Any]  # the body and its media type as a value, or Failed


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. `next_link` is the address that its `Link` header gives as next page."""

    content: Any
    next_link: str | None = None


@dataclass(frozen=True, slots=True)
class Target:
    """Whom we call. `source` names it in errors."""

    source: str
    url: str | None
    login: HeaderLogin = field(default_factory=HeaderLogin)
    headers: Mapping[str, str] = field(default_factory=dict)
    mask: Mask = field(default_factory=lambda: Mask(None, None))


@dataclass(frozen=True, slots=True)
class _Request:
    method: str
    address: str
    params: Mapping[str, Any] | None
    json: Any
    form: Mapping[str, Any] | None
    headers: Mapping[str, str] | None
    parse: Parse


class _Session(requests.Session):
    """Leaves redirects to us: requests would read the body of each, however large, and trip over a bad address."""

    def resolve_redirects(self, *args: Any, **kwargs: Any) -> Iterator[requests.Response]:
        return iter(())


class HttpSession:
    """Calls to one host. Every call may be repeated, for it reads, whatever its method."""

    def __init__(self, target: Target, limits: Limits | None = None, timing: Timing | None = None) -> None:
        self.base = Base(target.source, target.url)
        self._target = target
        self._limits = limits or Limits()
        self._timing = timing or Timing()
        self._deadline = Deadline(self._timing.monotonic)
        self._listener = current_listener()
        self._requests = _Session()
        own = {"Accept": "application/json", "User-Agent": f"pop-connector/{__version__}"}
        self._requests.headers.update({**own, **target.headers})
        for prefix in ("https://", "http://"):
            self._requests.mount(prefix, DeadlineAdapter(self._deadline))

    def close(self) -> None:
        self._requests.close()

    def call(
        self,
        method: str,
        address: str,
        *,
        label: str | None = None,
        params: Mapping[str, Any] | None = None,
        json: Any = None,
        form: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        parse: Parse = parse_json,
    ) -> Answer:
        """The JSON at an address (made by `base.address` or `base.linked`); `form` is sent as form parameters.

        `headers` come on top of the source's own. `parse` makes something else of the body (see text_body.py).
        `label` stands for the path in errors where the path would name a person, or says too little.
        Raises what failures.py and json_body.py say, after the last try.
        """
        name = f"{method} {label or self.base.path_of(address)} on {self.base.netloc}"
        request = _Request(method, address, params, json, form, headers, parse)
        waited = 0.0
        attempt = 1
        while True:
            call = Call(self._target.source, name, self._target.mask, attempt)
            try:
                return self._told(request, self._once(call, request))
            except Failed as failed:
                wait = failed.asked or backoff(attempt, self._limits.first_wait_seconds, self._timing.chance())
                too_long = waited + wait > self._limits.wait_seconds
                error = failed.error if not failed.again or too_long or attempt >= self._limits.tries else None
            if error is not None:
                raise error
            self._timing.sleep(wait)
            waited += wait
            attempt += 1

    def refuse(self, kind: type[PopError], method: str, address: str, what: str, todo: str) -> PopError:
        """An error about a call that succeeded, but whose answer cannot be used."""
        name = f"{method} {self.base.path_of(address)} on {self.base.netloc}"
        return Call(self._target.source, name, self._target.mask).error(kind, what, todo)

    def _told(self, request: _Request, answer: Answer) -> Answer:
        if self._listener is not None:
            sent = (request.method, request.address, request.params, request.json, request.form)
            self._listener(Exchange(*sent, answer.content, answer.next_link))
        return answer

    def _once(self, call: Call, request: _Request) -> Answer:
        self._deadline.start(self._limits.answer_seconds)
        try:
            response = self._sent(call, request)
            with response:
                failed = of_status(call, response.status_code, response.headers)
                if failed:
                    raise failed
                body = self._body(call, response)
                link = response.links.get("next", {}).get("url")
                return Answer(request.parse(call, body, response.headers.get("Content-Type", "")), link)
        except requests.RequestException as error:
            raise of_exception(
                call, error, is_over=self._deadline.has_passed, seconds=self._limits.answer_seconds
            ) from None

    def _sent(self, call: Call, request: _Request) -> requests.Response:
        for _ in range(self._limits.redirects + 1):
            response = self._requests.request(
                request.method,
                request.address,
                params=request.params,
                json=request.json,
                data=request.form,
                headers=request.headers,
                auth=self._target.login,
                timeout=(self._limits.connect_seconds, self._limits.silence_seconds),
                allow_redirects=False,
                stream=True,
            )
            if response.status_code not in _REDIRECTS:
                return response
            with response:
                request = self._redirected(call, request, response)
        raise Failed(call.error(AnswerError, "the host redirects without end", self._check_url))

    def _redirected(self, call: Call, request: _Request, response: requests.Response) -> _Request:
        link = response.headers.get("Location", "")
        if self.base.wants_encryption(request.address, link):
            what = "the host wants an encrypted connection"
            raise Failed(call.error(ConfigurationError, what, f"Write https: in url of [sources.{call.source}]."))
        address = self.base.linked(request.address, link)
        if address is None or not link:
            raise Failed(call.error(ConfigurationError, "the host sends us to another host", self._check_url))
        if request.method != "GET" and response.status_code not in _KEEP_THE_METHOD:
            raise Failed(call.error(ConfigurationError, "the host sends us to another address", self._check_url))
        return replace(request, address=address, params=None)

    def _body(self, call: Call, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(_PIECE):
            size += len(part)
            if size > self._limits.body_bytes:
                what = f"the answer is larger than {self._limits.body_bytes // 1024**2} MB"
                raise Failed(call.error(AnswerError, what, "Set a smaller page_size."))
            if self._deadline.has_passed:
                late = f"the answer was not complete within {self._limits.answer_seconds:g} s"
                raise Failed(call.error(SourceUnavailableError, late, "The next run tries again."), again=True)
            parts.append(part)
        return b"".join(parts)

    @property
    def _check_url(self) -> str:
        return f"Check url of [sources.{self._target.source}]."
