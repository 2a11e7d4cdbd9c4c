"""What an operator sets about one source, as far as a connection needs it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Protocol

from connector.errors import ConfigurationError

PLACEHOLDERS = ("user", "password", "company", "database", "client_id", "client_secret")
_PLACEHOLDER = re.compile("{(" + "|".join(PLACEHOLDERS) + ")}")


class TokenKeeper(Protocol):
    """Keeps the refresh token that a system gave last, sealed; the one in the settings is only the first of them."""

    def load(self, source: str) -> str | None:
        """The token kept last; None when there is none yet."""

    def keep(self, source: str, refresh_token: str) -> None:
        """Keep this one instead. It must survive a crash right after the return: the old one may be void already."""


class Account(Protocol):
    """`connector.sources.reader.Connection` is one."""

    @property
    def name(self) -> str: ...
    @property
    def url(self) -> str | None: ...
    @property
    def database(self) -> str | None: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...
    @property
    def client_id(self) -> str | None: ...
    @property
    def client_secret(self) -> str | None: ...
    @property
    def token_url(self) -> str | None: ...
    @property
    def scope(self) -> str | None: ...
    @property
    def refresh_token(self) -> str | None: ...
    @property
    def company(self) -> str | None: ...
    @property
    def allow_http(self) -> bool: ...
    @property
    def allow_private(self) -> bool: ...
    @property
    def allow_redirects(self) -> bool: ...
    @property
    def calls_per_minute(self) -> int | None: ...
    @property
    def limits(self) -> Mapping[str, Any]: ...
    @property
    def keeper(self) -> TokenKeeper | None: ...


def needed(account: Account, name: str) -> str:
    """A setting without which there is no login; ConfigurationError when it is not set."""
    value = getattr(account, name)
    if not value:
        todo = f"Or give {name}_file." if name in ("password", "client_secret", "refresh_token") else ""
        raise ConfigurationError("this is needed to log in", where=f"sources.{account.name}.{name}", todo=todo)
    return str(value)


def filled(text: str, account: Account) -> str:
    """A text of the mapping with its {user}, {password}, … replaced by what the operator set."""
    return _PLACEHOLDER.sub(lambda found: needed(account, found[1]), text)
