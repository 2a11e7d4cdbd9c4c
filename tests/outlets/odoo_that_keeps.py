"""An Odoo that keeps what it is told, on a real socket: enough of JSON-RPC to be written to."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.replay.systems import Asked

LOGIN = ["acme", "pop@acme.example", "secret-of-odoo"]
Row = dict[str, Any]


@dataclass
class Odoo:
    """`rows` by model. `after` is called with the name of each method that writes, when it was done."""

    rows: dict[str, list[Row]] = field(default_factory=dict)
    is_open: bool = True
    calls: list[tuple[str, str]] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)
    after: Callable[[str], None] | None = None
    _last: int = 1000

    @property
    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[1] != "search_read"]

    def answer(self, asked: Asked) -> tuple[int, Any]:
        self.bodies.append(json.dumps(asked.body, ensure_ascii=False))
        params = asked.body["params"]
        if params["service"] == "common":
            is_login = self.is_open and params["args"][:3] == LOGIN
            return 200, {"jsonrpc": "2.0", "id": 1, "result": 2 if is_login else False}
        *_, model, method, args, named = params["args"]
        self.calls.append((model, method))
        result = getattr(self, f"_{method}")(model, *args, **{k: v for k, v in named.items() if k == "fields"})
        if self.after is not None and method != "search_read":
            self.after(method)
        return 200, {"jsonrpc": "2.0", "id": 1, "result": result}

    def _search_read(self, model: str, domain: list[Any], fields: list[str]) -> list[Row]:
        found = [row for row in self.rows.get(model, []) if all(_fits(row, *one) for one in domain)]
        return [{name: row.get(name, False) for name in ["id", *fields]} for row in found]

    def _create(self, model: str, rows: list[Row]) -> list[int]:
        made = []
        for row in rows:
            self._last += 1
            self.rows.setdefault(model, []).append({"id": self._last, **row})
            made.append(self._last)
        return made

    def _write(self, model: str, ids: list[int], values: Row) -> bool:
        for row in self.rows[model]:
            if row["id"] in ids:
                row.update(values)
        return True

    def _unlink(self, model: str, ids: list[int]) -> bool:
        self.rows[model] = [row for row in self.rows[model] if row["id"] not in ids]
        return True


def _fits(row: Row, name: str, operator: str, value: Any) -> bool:
    if "." in name:  # a field of a record that this one refers to: kept flat here
        found = row.get(name)
        if operator == "in":
            return bool(set(found or ()) & set(value))
        return bool(found == value) is (operator == "=")
    found = row.get(name, False)
    if isinstance(found, list) and operator != "in":
        found = found[0]
    if operator == "=":
        return bool(found == value)
    if operator == "!=":
        return bool(found != value)
    if operator == "in":
        return found in value
    if operator == "ilike":
        return str(value).casefold() in str(found).casefold()
    raise ValueError(operator)
