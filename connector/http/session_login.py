"""A login by a call of its own, whose answer gives a token, or cookies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from connector.errors import AnswerError
from connector.http.account import Account, filled
from connector.http.failures import Call
from connector.http.limits import Limits, Timing
from connector.http.login import Login, sendable
from connector.http.oauth2 import read_token
from connector.http.session import HttpSession, Target
from connector.http.tokens import Token, TokenLogin


def session_login(account: Account, auth: Mapping[str, Any], target: Target, limits: Limits, timing: Timing) -> Login:
    """The login of a loaded AuthSchema of the kind `session`; `target` is the source that it is for."""
    http = HttpSession(replace(target, login=Login(), is_login=True), limits, timing)
    address = http.base.address(auth["path"])
    body = {name: filled(text, account) for name, text in auth["body"].items()}

    def fetch() -> Token:
        is_form = auth["body_as"] == "form"
        sent: dict[str, Any] = {"form": body} if is_form else {"json": body}
        if auth["token"] is None:
            sent["parse"] = _unread
        answer = http.call("POST", address, **sent)
        if auth["token"] is not None:
            return read_token(answer.content, auth, account.name)
        if not answer.cookies:
            todo = "Check the auth table of the mapping, and user and password."
            raise AnswerError("the answer to the login sets no cookie", where=account.name, todo=todo)
        value = "; ".join(f"{name}={text}" for name, text in answer.cookies.items())
        return Token(sendable(value, account.name), auth["lifetime_seconds"])

    header = auth["header"] or ("Authorization" if auth["token"] is not None else "Cookie")
    return TokenLogin(header, fetch, timing.monotonic, http.close)


def _unread(_call: Call, _body: bytes, _media_type: str) -> None:
    """Where the cookies count, the body may well be a page."""
