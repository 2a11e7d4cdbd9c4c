"""How a request says who we are, for the kinds that need no call of their own."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from requests import PreparedRequest
from requests.auth import AuthBase

from connector.errors import ConfigurationError
from connector.http.account import Account, filled, needed

_AFAS_DATA = re.compile(r"[A-Za-z0-9+/=_-]+")
_AFAS_XML = re.compile(r"<token>\s*<version>\d+</version>\s*<data>[A-Za-z0-9+/=_-]+</data>\s*</token>")


class Login(AuthBase):
    """Sends nothing. Always handed to requests, also when empty: else it would look in the user's .netrc file.

    One login serves all threads of a session. `parameter` is the query parameter in which it sends a key.
    """

    parameter = ""

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        return request

    def ready(self) -> int:
        """Gets what the next request needs, by a call of its own if need be; a number for `renew`."""
        return 0

    def renew(self, used: int) -> bool:
        """The host refused what `ready` got: is another try with something newer worth it?"""
        return False

    def close(self) -> None:
        """Let go of connections."""


class HeaderLogin(Login):
    """Sets one header."""

    def __init__(self, name: str = "", value: str = "") -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._name:
            request.headers[self._name] = self._value
        return request


class QueryLogin(Login):
    """Adds one query parameter."""

    def __init__(self, parameter: str, value: str) -> None:
        self.parameter = parameter
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        request.prepare_url(request.url, {self.parameter: self._value})
        return request


class FormLogin(Login):
    """Adds one field to each form that is sent."""

    def __init__(self, parameter: str, value: str) -> None:
        self._field = urlencode({parameter: value})

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if request.method == "POST":
            form = request.body.decode() if isinstance(request.body, bytes) else request.body
            request.prepare_body("&".join(filter(None, [form, self._field])), None)
            request.headers["Content-Type"] = "application/x-www-form-urlencoded"
        return request


def static_login(account: Account, auth: Mapping[str, Any]) -> Login | None:
    """The login of a loaded AuthSchema; None for the kinds that need a call.

    ConfigurationError when what it needs is not set or cannot be sent.
    """
    kind = auth["kind"]
    if kind == "none":
        return Login()
    if kind == "basic":
        password, user = needed(account, "password"), filled(auth["user"], account)
        return HeaderLogin("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
    if kind == "bearer":
        return HeaderLogin("Authorization", f"Bearer {sendable(needed(account, 'password'), account.name)}")
    if kind == "header":
        return HeaderLogin(auth["header"], sendable(filled(auth["value"] or "{password}", account), account.name))
    if kind == "query":
        return QueryLogin(auth["parameter"], needed(account, "password"))
    if kind == "form":
        return FormLogin(auth["parameter"], needed(account, "password"))
    if kind == "afas_token":
        return HeaderLogin("Authorization", afas_token(needed(account, "password"), account.name))
    return None


def sendable(value: str, source: str) -> str:
    """The value, if a header can hold it."""
    if not (value.isascii() and value.isprintable()):
        raise ConfigurationError(
            "a token may only hold plain letters, digits and signs",
            where=f"sources.{source}.password",
            todo="Copy it again, without line ends.",
        )
    return value


def afas_token(password: str, source: str) -> str:
    """The header value for AFAS, from the whole `<token>` XML or from what stands within its `<data>`."""
    text = password.strip()
    if _AFAS_DATA.fullmatch(text):
        text = f"<token><version>1</version><data>{text}</data></token>"
    if not _AFAS_XML.fullmatch(text):
        raise ConfigurationError(
            "this is not a token of AFAS",
            where=f"sources.{source}.password",
            todo="Copy the whole token again, from <token> to </token>.",
        )
    return "AfasToken " + b64encode(text.encode()).decode()
