"""How Odoo, IceHrm and a SCIM server answer, over the rows of a recording."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from tests.replay.domains import fits_domain
from tests.replay.rows import Row

LOGIN = {"database": "recorded", "user": "connector", "password": "replayed-password"}
_USER_NUMBER = 2


@dataclass(frozen=True)
class Asked:
    """One request: path without the leading slash, query, bearer token, JSON body or form."""

    method: str
    path: str
    query: Mapping[str, str]
    token: str | None
    body: Any


class System(Protocol):
    def answer(self, asked: Asked) -> tuple[int, Any]:
        """Status and JSON value."""


class Odoo:
    """JSON-RPC: errors and refusals come with status 200, archived records only when asked for."""

    def __init__(self, rows: Mapping[str, list[Row]], kinds: Mapping[str, Mapping[str, str]] | None = None) -> None:
        """`kinds`: the type of each field of a model; one that was not recorded is empty in every row."""
        self._rows = rows
        self._kinds = kinds or {}

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if (asked.method, asked.path) != ("POST", "jsonrpc"):
            return 404, {"error": "not found"}
        params = asked.body["params"]
        answer = {"jsonrpc": "2.0", "id": asked.body["id"]}
        if params["service"] == "common":
            return 200, {**answer, "result": _USER_NUMBER if self._is_login(params["args"][:3]) else False}
        database, user, password, model, method, args, named = params["args"]
        if user != _USER_NUMBER or not self._is_login([database, LOGIN["user"], password]):
            return 200, {**answer, "error": _error("odoo.exceptions.AccessDenied")}
        if model not in self._rows:
            return 200, {**answer, "error": _error("odoo.exceptions.UserError")}
        if method == "fields_get":
            shown = self._shown(model)
            return 200, {**answer, "result": {name: shown[name] for name in named["allfields"] if name in shown}}
        return 200, {**answer, **self._executed(model, method, args[0], named)}

    def _is_login(self, given: list[Any]) -> bool:
        return given == [LOGIN["database"], LOGIN["user"], LOGIN["password"]]

    def _shown(self, model: str) -> dict[str, dict[str, str]]:
        recorded = {name: "char" for row in self._rows[model][:1] for name in row}
        return {name: {"type": kind} for name, kind in {**recorded, **self._kinds.get(model, {})}.items()}

    def _executed(self, model: str, method: str, domain: list[Any], named: dict[str, Any]) -> dict[str, Any]:
        rows = self._rows[model]
        if named.get("context", {}).get("active_test", True):
            rows = [row for row in rows if row.get("active", True)]
        rows = [row for row in rows if fits_domain(domain, row)]
        if method == "search_count":
            return {"result": len(rows)}
        if named["order"] != "id" or (rows and not self._shown(model).keys() >= set(named["fields"])):
            return {"error": _error("builtins.ValueError")}
        begin, wanted = named.get("offset", 0), ["id", *named["fields"]]
        found = sorted(rows, key=lambda row: int(row["id"]))[begin : begin + named["limit"]]
        return {"result": [{name: row.get(name, False) for name in wanted} for row in found]}


class IceHrm:
    """REST below any base path; a next page is named after the last one too."""

    def __init__(self, rows: Mapping[str, list[Row]]) -> None:
        self._rows = rows

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.token != LOGIN["password"]:
            return 401, {"error": "unauthorised"}
        place = asked.path[asked.path.find("employees") :] if "employees" in asked.path else ""
        if asked.method != "GET" or place not in self._rows:
            return 404, {"error": "not found"}
        size, page = int(asked.query["limit"]), int(asked.query["page"])
        rows = self._rows[place]
        return 200, {"data": rows[(page - 1) * size : page * size], "total": len(rows), "nextPage": page + 1}


class Scim:
    """RFC 7644: pages from 1 on, never more than `most` at once, and changes by meta.lastModified."""

    def __init__(self, rows: list[Row], about: Row, most: int = 20) -> None:
        self._rows = rows
        self._about = about
        self._most = most

    def answer(self, asked: Asked) -> tuple[int, Any]:
        if asked.token != LOGIN["password"]:
            return 401, {"status": "401"}
        if (asked.method, asked.path) == ("GET", "ServiceProviderConfig"):
            return 200, self._about
        if (asked.method, asked.path) != ("GET", "Users"):
            return 404, {"status": "404"}
        rows = self._rows
        if "filter" in asked.query:
            name, sign, moment = asked.query["filter"].split()
            if (name, sign) != ("meta.lastModified", "ge"):
                return 400, {"status": "400", "scimType": "invalidFilter"}
            since = datetime.fromisoformat(moment.strip('"'))
            rows = [row for row in rows if datetime.fromisoformat(row["meta"]["lastModified"]) >= since]
        begin, size = int(asked.query["startIndex"]), min(int(asked.query["count"]), self._most)
        page = rows[begin - 1 : begin - 1 + size]
        return 200, {"totalResults": len(rows), "startIndex": begin, "itemsPerPage": len(page), "Resources": page}


class Failing:
    """A system that answers as usual, but with another status or only a share (0 to 1) of each answer."""

    def __init__(self, system: System, *, status: int | None = None, share: float = 1) -> None:
        self._system = system
        self._status = status
        self.share = share

    def answer(self, asked: Asked) -> tuple[int, Any]:
        status, value = self._system.answer(asked)
        return self._status or status, value


def _error(name: str) -> dict[str, Any]:
    return {"code": 200, "message": "Odoo Server Error", "data": {"name": name, "message": "", "debug": "Traceback"}}
