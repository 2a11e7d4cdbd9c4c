"""Odoo's JSON-2, from 19.0 on: `POST /json/2/MODEL/METHOD` with the parameters by name, and the bare value as answer.

The operator sets `url`, `password` (an API key; Odoo gives it three months at most) and, where one host has several
databases, `database`. odoo_read.py has the `read` table. Errors come as 4xx and 5xx.
"""

from __future__ import annotations

from typing import Any

from connector.errors import ConfigurationError, PopError, ResourceRefusedError
from connector.http.auth_options import HttpConnectionSchema
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.http.session import HttpSession
from connector.sources.odoo_reader import OdooReader
from connector.sources.reader import Connection

_PATH = "/json/2"


class Json2Reader(OdooReader):
    """Reads one Odoo database for one run."""

    def __init__(self, connection: Connection, http: HttpSession) -> None:
        super().__init__(connection, http)
        self._has_answered = False

    def check(self) -> None:
        """Ask for the language and zone of our own user: whoever has a key may."""
        self._call("res.users", "context_get", {})

    def execute(
        self, model: str, method: str, given: dict[str, Any], named: dict[str, Any], *, writes: bool = False
    ) -> Any:
        """What a method of a model gives; every parameter goes by its name here."""
        return self._call(model, method, {**given, **named}, writes=writes)

    def _ask(self, model: str, method: str, named: dict[str, Any]) -> Any:
        return self._call(model, method, named)

    def _call(self, model: str, method: str, named: dict[str, Any], *, writes: bool = False) -> Any:
        try:
            content = self._http.call("POST", self._address(model, method), json=named, writes=writes).content
        except ConfigurationError as error:
            if not self._has_answered:
                raise
            # This host and this login are good, so it is the model that is not at its address.
            todo = "Install the Odoo app that has it, or take the resource out of the mapping."
            raise self._wrong(ResourceRefusedError, "Odoo has no such model", model, todo) from error
        self._has_answered = True
        return content

    def _address(self, model: str, method: str) -> str:
        return self._http.base.address(f"{_PATH}/{model}/{method}")

    def _wrong(self, kind: type[PopError], what: str, tried: str, todo: str) -> PopError:
        tried = f"POST {self._http.base.path}{_PATH}/{tried} on {self._http.base.netloc}"
        return kind(what, where=self._connection.name, tried=tried, todo=todo)


def open_json2(connection: Connection, limits: Limits | None = None, timing: Timing | None = None) -> Json2Reader:
    """A reader with a session of its own."""
    options = HttpConnectionSchema().load({"auth": "bearer"})
    if connection.database:
        options["headers"] = {"X-Odoo-Database": "{database}"}
    return Json2Reader(connection, open_session(connection, options, limits=limits, timing=timing))
