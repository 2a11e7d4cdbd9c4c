"""The one outgoing session: a call with all its tries, its redirects and its body, or one error of ours."""

from __future__ import annotations

import threading
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import requests

from connector.errors import CredentialsError, PopError, ThrottledError
from connector.http.addresses import Base
from connector.http.budget import Budget
from connector.http.failures import Call, Failed, of_exception, of_login_status, of_refused_address, of_status
from connector.http.json_body import parse_json
from connector.http.limits import Limits, Timing
from connector.http.listening import Exchange, current_listener
from connector.http.login import Login
from connector.http.masking import Mask
from connector.http.reach import AddressRefusedError, Reach
from connector.http.told_error import ToldError
from connector.http.tries import Tries
from connector.http.wire import Received, Request, Wire

Parse: TypeAlias = Callable[[Call, bytes, str], Any]  # the body and its media type as a value, or Failed


@dataclass(frozen=True, slots=True)
class Answer:
    """A successful answer. `next_link` is the address that its `Link` header gives as next page."""

    content: Any
    next_link: str | None = None
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Target:
    """Whom we call. `source` names it in errors, `url_key` the setting that its address came from.

    `is_login`: the calls themselves log in: any refusal is one of the login, and nobody listens.
    """

    source: str
    url: str | None
    login: Login = field(default_factory=Login)
    headers: Mapping[str, str] = field(default_factory=dict)
    mask: Mask = field(default_factory=lambda: Mask(None))
    reach: Reach = field(default_factory=Reach)
    told: ToldError | None = None
    is_login: bool = False
    url_key: str = "url"


class HttpSession:
    """Calls to one host, from any number of threads. Each may be repeated, whatever its method, unless it `writes`."""

    def __init__(self, target: Target, limits: Limits | None = None, timing: Timing | None = None) -> None:
        parameter = target.login.parameter
        self.base = Base(target.source, target.url, target.reach, without=parameter, key=target.url_key)
        self._target = target
        self._limits = limits or Limits()
        self._timing = timing or Timing()
        self._budget = Budget(self._limits.rules, self._timing.monotonic)
        self._local = threading.local()
        self._opened: list[Wire] = []
        self._listener = None if target.is_login else current_listener()

    @property
    def concurrency(self) -> int:
        """How many calls the system bears at once."""
        return self._limits.concurrency

    def close(self) -> None:
        """Let go of the connections of all threads."""
        while self._opened:
            self._opened.pop().close()
        self._target.login.close()

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
        writes: bool = False,
        fine: Container[int] = (),
    ) -> Answer:
        """The JSON at an address (made by `base.address` or `base.linked`); `form` is sent as form parameters.

        `headers` come on top of the source's own. `parse` makes something else of the body (see text_body.py).
        `label` stands for the path in errors where the path would name a person, or says too little.
        One that `writes` is tried again only when it surely did not arrive or was refused: what became of it is for
        the caller to find out. `fine` are statuses, beside the 2xx, that are no failure; their content is None.
        Raises what failures.py, told_error.py and json_body.py say, after the last try.
        """
        name = f"{method} {label or self.base.path_of(address)} on {self.base.netloc}"
        request = Request(method, address, params, json, form, headers, writes, fine)
        tries = Tries(self._limits, self._timing)
        has_waited = has_renewed = False
        while True:
            call = Call(self._target.source, name, self._target.mask, tries.made + 1, writes)
            used = self._target.login.ready()
            self._take_turn(has_waited)
            try:
                return self._told(request, self._once(call, request, parse))
            except Failed as caught:
                failed = caught
            if isinstance(failed.error, CredentialsError) and not has_renewed and self._target.login.renew(used):
                has_renewed = True
                continue
            wait = tries.wait_after(failed)
            if wait is None or (writes and failed.arrived):
                raise failed.error
            has_waited = isinstance(failed.error, ThrottledError)
            if has_waited:
                self._budget.hold(wait)
            self._timing.sleep(wait)

    def refuse(self, kind: type[PopError], method: str, address: str, what: str, todo: str) -> PopError:
        """An error about a call that succeeded, but whose answer cannot be used."""
        name = f"{method} {self.base.path_of(address)} on {self.base.netloc}"
        return Call(self._target.source, name, self._target.mask).error(kind, what, todo)

    def _take_turn(self, has_waited: bool) -> None:
        wait = self._budget.turn(has_waited=has_waited)
        if wait > 0:
            self._timing.sleep(wait)

    def _told(self, request: Request, answer: Answer) -> Answer:
        if self._listener is not None:
            sent = (request.method, request.address, request.params, request.json, request.form)
            self._listener(Exchange(*sent, answer.content, answer.next_link))
        return answer

    def _once(self, call: Call, request: Request, parse: Parse) -> Answer:
        wire = self._wire()
        try:
            received = wire.make(call, request, self._target.login)
        except AddressRefusedError as error:
            raise of_refused_address(call, error.kind) from None
        except requests.RequestException as error:
            is_over, seconds = wire.deadline.has_passed, self._limits.answer_seconds
            raise of_exception(call, error, is_over=is_over, seconds=seconds) from None
        if received.status in request.fine:
            return Answer(None)
        failed = self._refusal(call, received)
        if failed:
            raise failed
        content = parse(call, received.body, received.headers.get("Content-Type", ""))
        told = self._target.told.failure(call, content) if self._target.told else None
        if told:
            raise told
        return Answer(content, received.next_link, received.cookies)

    def _refusal(self, call: Call, received: Received) -> Failed | None:
        if self._target.is_login:
            return of_login_status(call, received.status, received.headers)
        return of_status(call, received.status, received.headers, self._limits.throttle_statuses)

    def _wire(self) -> Wire:
        found: Wire | None = getattr(self._local, "wire", None)
        if found is None:
            target = self._target
            follows = not target.is_login
            found = Wire(self.base, target.reach, target.headers, self._limits, self._timing, follows=follows)
            self._local.wire = found
            self._opened.append(found)
        return found
