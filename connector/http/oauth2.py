"""Tokens of OAuth 2.0 (RFC 6749): for client credentials (4.4) and for a refresh token that may rotate (6)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote_plus, urljoin, urlsplit

import jmespath
from jmespath.exceptions import JMESPathError

from connector.errors import AnswerError, ConfigurationError, CredentialsError
from connector.http.account import Account, needed
from connector.http.limits import Limits, Timing
from connector.http.login import HeaderLogin, Login, sendable
from connector.http.session import HttpSession, Target
from connector.http.tokens import Token, TokenLogin

_LONGEST_TOKEN = 16_384


def oauth2_login(account: Account, auth: Mapping[str, Any], target: Target, limits: Limits, timing: Timing) -> Login:
    """The login of a loaded AuthSchema of one of the OAuth2 kinds; `target` is the source that it is for."""
    caller = _TokenCalls(account, auth, target, limits, timing)
    refreshes = auth["kind"] == "oauth2_refresh_token"
    fetch: Callable[[], Token] = caller.by_refresh_token if refreshes else caller.by_client
    return TokenLogin(auth["header"] or "Authorization", fetch, timing.monotonic, caller.close)


class _TokenCalls:
    """Asks one token address for tokens."""

    def __init__(
        self, account: Account, auth: Mapping[str, Any], target: Target, limits: Limits, timing: Timing
    ) -> None:
        self._account = account
        self._auth = auth
        self._memory: str | None = None  # the token kept last, where nobody keeps it for longer
        address = _token_address(account, auth)
        parts = urlsplit(address)
        token_target = replace(
            target,
            url=f"{parts.scheme}://{parts.netloc}",
            url_key="token_url",
            login=self._client_login(),
            headers={},
            told=None,
            is_login=True,
            reach=replace(target.reach, allow_redirects=False),
        )
        self._http = HttpSession(token_target, replace(limits, calls_per_minute=None, calls_per_second=None), timing)
        self._address = self._http.base.address(parts.path + (f"?{parts.query}" if parts.query else ""))

    def close(self) -> None:
        self._http.close()

    def by_client(self) -> Token:
        """RFC 6749, 4.4."""
        return self._token(self._answer({"grant_type": "client_credentials"}))

    def by_refresh_token(self) -> Token:
        """RFC 6749, 6. A token that came back is kept before the access token is used: the old one may be void."""
        trouble: CredentialsError | None = None
        tried: set[str] = set()
        for refresh_token in self._refresh_tokens():
            if refresh_token in tried:
                continue
            tried.add(refresh_token)
            try:
                answer = self._answer({"grant_type": "refresh_token", "refresh_token": refresh_token})
            except CredentialsError as error:
                trouble = error
                continue
            self._keep(answer.get("refresh_token"), refresh_token)
            return self._token(answer)
        raise trouble or CredentialsError("there is no refresh token", where=self._account.name)

    def _refresh_tokens(self) -> Iterator[str]:
        """The kept one; the kept one again, for another process may just have rotated it; then that of the settings,
        which an operator may have renewed since."""
        for _ in range(2):
            kept = self._account.keeper.load(self._account.name) if self._account.keeper else self._memory
            if kept:
                yield kept
        yield needed(self._account, "refresh_token")

    def _keep(self, given: Any, used: str) -> None:
        if not isinstance(given, str) or not given or given == used:
            return
        self._memory = given
        if self._account.keeper:
            self._account.keeper.keep(self._account.name, given)

    def _client_login(self) -> Login:
        client_id = needed(self._account, "client_id")
        if self._auth["client_in"] == "body" or not self._account.client_secret:
            return Login()
        # RFC 6749, 2.3.1: each part is written as in a form first.
        pair = f"{quote_plus(client_id)}:{quote_plus(self._account.client_secret)}"
        return HeaderLogin("Authorization", "Basic " + b64encode(pair.encode()).decode())

    def _answer(self, grant: Mapping[str, str]) -> dict[str, Any]:
        form = {**grant, **self._auth["params"]}
        scope = self._account.scope or self._auth["scope"]
        if scope:
            form["scope"] = scope
        if self._auth["audience"]:
            form["audience"] = self._auth["audience"]
        if self._auth["client_in"] == "body":
            form["client_id"] = needed(self._account, "client_id")
            form["client_secret"] = needed(self._account, "client_secret")
        elif not self._account.client_secret:
            form["client_id"] = needed(self._account, "client_id")  # a client without a secret says its name only
        content = self._http.call("POST", self._address, form=form).content
        return content if isinstance(content, dict) else {}

    def _token(self, answer: Mapping[str, Any]) -> Token:
        return read_token(answer, {**self._auth, "token": self._auth["token"] or "access_token"}, self._account.name)


def read_token(answer: Any, auth: Mapping[str, Any], source: str) -> Token:
    """The token in an answer, as header value; AnswerError when there is none."""
    found = _search(auth["token"], answer)
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_TOKEN:
        what = f"the answer to the login has no token at `{auth['token']}`"
        raise AnswerError(what, where=source, todo="Check the auth table of the mapping.")
    value = (auth["value"] or "Bearer {token}").replace("{token}", found)
    return Token(sendable(value, source), _seconds(_search(auth["lifetime"], answer)) or auth["lifetime_seconds"])


def _search(path: str, answer: Any) -> Any:
    try:
        return jmespath.search(path, answer)
    except JMESPathError:
        return None


def _seconds(value: Any) -> float | None:
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:9])
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        return None
    return float(value)


def _token_address(account: Account, auth: Mapping[str, Any]) -> str:
    said = account.token_url or auth["token_url"]
    if not said:
        where = f"sources.{account.name}.token_url"
        raise ConfigurationError("this is needed to log in", where=where)
    try:
        return str(urljoin((account.url or "").rstrip("/") + "/", said))
    except ValueError:
        raise ConfigurationError("this is not a web address", where=f"sources.{account.name}.token_url") from None
