"""A session for one source, from what the operator set and what the mapping says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connector.http.account import Account, filled
from connector.http.auth_options import HttpConnectionSchema
from connector.http.limits import Limits, Timing, limits_of
from connector.http.login import Login, static_login
from connector.http.masking import Mask
from connector.http.oauth2 import oauth2_login
from connector.http.reach import Reach
from connector.http.session import HttpSession, Target
from connector.http.session_login import session_login
from connector.http.told_error import ToldError


def open_session(
    account: Account,
    options: Mapping[str, Any] | None = None,
    *,
    limits: Limits | None = None,
    timing: Timing | None = None,
) -> HttpSession:
    """`options` is a loaded HttpConnectionSchema (None: all its defaults); `limits` are the defaults of the code,
    which the mapping's own table overrides.

    ConfigurationError when the operator has not set what the login needs, MappingError when the limits are wrong.
    """
    options = options if options is not None else HttpConnectionSchema().load({})
    clock = timing or Timing()
    bounds = limits_of(account.limits, source=account.name, calls_per_minute=account.calls_per_minute, base=limits)
    target = Target(
        account.name,
        _based(account.url, options["base_path"]),
        headers={name: filled(text, account) for name, text in options["headers"].items()},
        mask=_mask(account),
        reach=Reach(account.allow_http, account.allow_private, account.allow_redirects or options["redirects"]),
        told=ToldError(options["error"]) if options["error"] else None,
    )
    login = _login(account, options["auth"], target, bounds, clock)
    return HttpSession(replace(target, login=login), bounds, clock)


def _login(account: Account, auth: Mapping[str, Any], target: Target, limits: Limits, timing: Timing) -> Login:
    found = static_login(account, auth)
    if found is not None:
        return found
    made = session_login if auth["kind"] == "session" else oauth2_login
    return made(account, auth, target, limits, timing)


def _mask(account: Account) -> Mask:
    return Mask(account.user, account.password, account.client_secret, account.refresh_token)


def _based(url: str | None, base_path: str) -> str | None:
    base = base_path.strip("/")
    if not url or not base or url.rstrip("/").endswith(f"/{base}"):
        return url
    return f"{url.rstrip('/')}/{base}"
