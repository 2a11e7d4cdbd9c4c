"""Odoo's JSON-RPC: `POST /jsonrpc`, log in for a user number, then `search_read` page by page.

The operator sets `url`, `database`, `user` and `password` (an API key will do). odoo_read.py has the `read` table.

Odoo answers errors with status 200 and an `error` member, and a wrong login with `result: false`.
"""

from __future__ import annotations

import itertools
import threading
from typing import Any

from connector.errors import (
    AnswerError,
    ConfigurationError,
    CredentialsError,
    PopError,
    ResourceRefusedError,
)
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.http.session import HttpSession
from connector.sources.odoo_reader import OdooReader
from connector.sources.reader import Connection

_PATH = "/jsonrpc"
_REFUSED = "odoo.exceptions.AccessError"
_DENIED = "odoo.exceptions.AccessDenied"
_ABSENT = "odoo.exceptions.UserError"  # the only one that a mere reading call gives: the model does not exist


class JsonRpcReader(OdooReader):
    """Reads one Odoo database for one run."""

    def __init__(self, connection: Connection, http: HttpSession) -> None:
        super().__init__(connection, http)
        self._lock = threading.Lock()  # the first of several threads logs in
        self._address = http.base.address(_PATH)
        self._user_id: int | None = None
        self._numbers = itertools.count(1)

    def check(self) -> None:
        """Log in."""
        self._user_number()

    def execute(
        self, model: str, method: str, given: dict[str, Any], named: dict[str, Any], *, writes: bool = False
    ) -> Any:
        """What a method of a model gives: `given` stands at the place that its order says, `named` by its name."""
        login = [self._database, self._user_number(), self._connection.password]
        args = [*login, model, method, list(given.values()), named]
        answer = self._call(f"{method} of {model}", "object", "execute_kw", args, writes=writes)
        error = answer.get("error")
        if error is not None:
            raise self._write_refusal(model, error) if writes else self._refusal(model, error)
        return answer["result"]

    def _ask(self, model: str, method: str, named: dict[str, Any]) -> Any:
        placed = {"domain": named["domain"]} if "domain" in named else {}
        return self.execute(model, method, placed, {name: named[name] for name in named if name != "domain"})

    def _user_number(self) -> int:
        with self._lock:
            if self._user_id is None:
                connection = self._connection
                for name in ("user", "password"):
                    if not getattr(connection, name):
                        where = f"sources.{connection.name}.{name}"
                        raise ConfigurationError("this is needed to log in to Odoo", where=where)
                args: list[Any] = [self._database, connection.user, connection.password, {}]
                self._user_id = self._logged_in(self._call("log in", "common", "authenticate", args))
            return self._user_id

    def _logged_in(self, answer: dict[str, Any]) -> int:
        place = f"[sources.{self._connection.name}]"
        error = answer.get("error")
        found = answer.get("result")
        if error is None and isinstance(found, int) and not isinstance(found, bool) and found > 0:
            return found
        if error is None and (found is False or found is None):
            todo = f"Check user, password and database of {place}; an API key must not have expired."
            raise self._wrong(CredentialsError, "Odoo refused the login", "log in", todo)
        if _name_of(error) == _DENIED:
            todo = f"Check user, password and database of {place}."
            raise self._wrong(CredentialsError, "Odoo refused the login", "log in", todo)
        what = "Odoo could not open the database" if error is not None else "the answer to the login is not a number"
        raise self._wrong(ConfigurationError, what, "log in", f"Check url and database of {place}.")

    def _refusal(self, model: str, error: Any) -> PopError:
        name = _name_of(error)
        if name == _DENIED:
            todo = f"Check user and password of [sources.{self._connection.name}]."
            return self._wrong(CredentialsError, "Odoo refused the login", model, todo)
        if name == _REFUSED:
            todo = "Give its user the right to read it, in Odoo."
            return self._wrong(ResourceRefusedError, "this login may not read this", model, todo)
        if name == _ABSENT:
            todo = "Install the Odoo app that has it, or take the resource out of the mapping."
            return self._wrong(ResourceRefusedError, "Odoo has no such model", model, todo)
        what = f"Odoo answered with an error ({name or 'without a name'})"
        return self._wrong(AnswerError, what, model, "Check whether that Odoo has this model and these fields.")

    def _write_refusal(self, model: str, error: Any) -> PopError:
        name = _name_of(error)
        if name == _DENIED:
            return self._refusal(model, error)
        if name == _REFUSED:
            todo = "Give its user the right to write it, in Odoo."
            return self._wrong(ResourceRefusedError, "this login may not write this", model, todo)
        what = f"Odoo did not accept what was written ({name or 'without a name'})"
        return self._wrong(AnswerError, what, model, "Check the write tables of the mapping against that Odoo.")

    def _call(self, label: str, service: str, method: str, args: list[Any], *, writes: bool = False) -> dict[str, Any]:
        params = {"service": service, "method": method, "args": args}
        body = {"jsonrpc": "2.0", "method": "call", "id": next(self._numbers), "params": params}
        label = f"{self._http.base.path}{_PATH} ({label})"
        answer = self._http.call("POST", self._address, label=label, json=body, writes=writes).content
        if not isinstance(answer, dict) or not ("result" in answer or "error" in answer):
            raise self._wrong(
                AnswerError, "the answer is not JSON-RPC", method, "Check url: it must lead to Odoo itself."
            )
        return answer

    @property
    def _database(self) -> str:
        if not self._connection.database:
            where = f"sources.{self._connection.name}.database"
            raise ConfigurationError("this is needed to reach Odoo", where=where)
        return self._connection.database

    def _wrong(self, kind: type[PopError], what: str, tried: str, todo: str) -> PopError:
        tried = f"POST {self._http.base.path}{_PATH} ({tried}) on {self._http.base.netloc}"
        return kind(what, where=self._connection.name, tried=tried, todo=todo)


def _name_of(error: Any) -> str:
    """The class of Odoo's error: a name of a program, never a text of the other side."""
    data = error.get("data") if isinstance(error, dict) else None
    name = data.get("name") if isinstance(data, dict) else None
    return name if isinstance(name, str) and len(name) <= 80 and name.replace(".", "").isidentifier() else ""


def open_jsonrpc(connection: Connection, limits: Limits | None = None, timing: Timing | None = None) -> JsonRpcReader:
    """A reader with a session of its own."""
    return JsonRpcReader(connection, open_session(connection, limits=limits, timing=timing))
