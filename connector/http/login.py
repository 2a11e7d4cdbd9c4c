"""How a request says who we are: nothing, a bearer token, basic, or a header of its own."""

from __future__ import annotations

from base64 import b64encode

from requests import PreparedRequest
from requests.auth import AuthBase

from connector.errors import ConfigurationError

KINDS = ("none", "bearer", "basic", "header")


class HeaderLogin(AuthBase):
    """Sets one header. Always handed to requests, also when empty: else it would look in the user's .netrc file."""

    def __init__(self, name: str = "", value: str = "") -> None:
        self._name = name
        self._value = value

    def __call__(self, request: PreparedRequest) -> PreparedRequest:
        if self._name:
            request.headers[self._name] = self._value
        return request


def login_of(kind: str, *, source: str, user: str | None, password: str | None, header: str = "") -> HeaderLogin:
    """The login of one source; ConfigurationError when what it needs is not set or cannot be sent."""
    where = f"sources.{source}"
    if kind not in KINDS:
        raise ConfigurationError(f"there is no login kind {kind!r}", where=source, todo=f"Use: {', '.join(KINDS)}.")
    if kind == "none":
        return HeaderLogin()
    if not password:
        raise ConfigurationError("this is needed to log in", where=f"{where}.password", todo="Or give password_file.")
    if kind == "basic":
        if not user:
            raise ConfigurationError("this is needed to log in", where=f"{where}.user")
        return HeaderLogin("Authorization", "Basic " + b64encode(f"{user}:{password}".encode()).decode())
    if not (password.isascii() and password.isprintable()):
        raise ConfigurationError(
            "a token may only hold plain letters, digits and signs",
            where=f"{where}.password",
            todo="Copy it again, without line ends.",
        )
    if kind == "bearer":
        return HeaderLogin("Authorization", f"Bearer {password}")
    if not header:
        raise ConfigurationError("the mapping names no header for this login", where=source)
    return HeaderLogin(header, password)
