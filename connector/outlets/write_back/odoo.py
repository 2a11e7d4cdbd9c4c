"""Writing to Odoo, by JSON-RPC or JSON-2: create, write and unlink, or a method that the mapping names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from connector.errors import AnswerError
from connector.outlets.write_back.writer import Call, fill

_METHODS = {"create": "create", "update": "write", "patch": "write", "delete": "unlink"}
_MOST = 80


class Odoo(Protocol):
    """The readers of connector.sources.jsonrpc and json2 are this."""

    def execute(
        self, model: str, method: str, given: dict[str, Any], named: dict[str, Any], *, writes: bool = False
    ) -> Any: ...
    def close(self) -> None: ...


class OdooWriter:
    """Writes to one Odoo database. Keys are Odoo's record numbers."""

    def __init__(self, name: str, odoo: Odoo) -> None:
        self._name = name
        self._odoo = odoo

    def close(self) -> None:
        self._odoo.close()

    def look(self, read: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The records in the order of their numbers, each with its `id`."""
        domain, names = fill(read.get("domain", []), facts), list(read.get("fields", []))
        return self._search(read["model"], domain, names or ["id"], read.get("context", {}))

    def find(self, rule: Call, find: Mapping[str, Any]) -> tuple[str, ...]:
        domain = fill(find["domain"], rule.facts)
        return self._ids(rule.table["model"], domain, find.get("context", {}))

    def exists(self, rule: Call, their_id: str) -> bool:
        context = {**rule.table.get("context", {}), "active_test": False}
        return bool(self._ids(rule.table["model"], [["id", "=", int(their_id)]], context))

    def told(self, call: Call) -> str:
        return f"{self._method(call)} of {call.table['model']}"

    def send(self, call: Call) -> str | None:
        named = {"context": call.table["context"]} if call.table.get("context") else {}
        given: dict[str, Any] = {"vals_list": [dict(call.values)]}
        if call.kind != "create":
            given = {"ids": [int(one) for one in call.ids]}
        if call.kind in ("update", "patch"):
            given["vals"] = dict(call.values)
        answer = self._odoo.execute(call.table["model"], self._method(call), given, named, writes=True)
        return self._made(call, answer) if call.kind == "create" else None

    def _method(self, call: Call) -> str:
        return str(call.table.get("method") or _METHODS[call.kind])

    def _made(self, call: Call, answer: Any) -> str:
        """The number of the new record: alone or in a list, as the release gives it."""
        found = answer[0] if isinstance(answer, list) and answer else answer
        if isinstance(found, bool) or not isinstance(found, int):
            raise AnswerError(
                "the answer does not hold the number of the new record",
                where=self._name,
                tried=self.told(call),
                todo="Check the call in the mapping.",
            )
        return str(found)

    def _ids(self, model: str, domain: list[Any], context: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(str(row["id"]) for row in self._search(model, domain, ["id"], context))

    def _search(
        self, model: str, domain: list[Any], names: list[str], context: Mapping[str, Any]
    ) -> list[dict[str, Any]]:
        named: dict[str, Any] = {"fields": names, "limit": _MOST, "order": "id"}
        if context:
            named["context"] = dict(context)
        rows = self._odoo.execute(model, "search_read", {"domain": domain}, named)
        if not isinstance(rows, list) or not all(isinstance(row, dict) and "id" in row for row in rows):
            what, tried = "the answer is not a list of records", f"search_read of {model}"
            raise AnswerError(what, where=self._name, tried=tried, todo="Check url.")
        return rows
