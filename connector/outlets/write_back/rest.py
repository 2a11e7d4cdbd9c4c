"""Writing to a REST source: an object, or a SCIM PATCH (RFC 7644, 3.5.2)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError

from connector.domain.placeholders import UnfilledError, filled_path
from connector.errors import AnswerError
from connector.http.failures import Call as HttpCall
from connector.http.json_body import parse_json
from connector.http.session import HttpSession
from connector.outlets.write_back.writer import Call, fill, unknown

_METHODS = {"create": "POST", "update": "PUT", "patch": "PATCH", "delete": "DELETE"}
_GONE = frozenset({404, 410})
_PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


class RestWriter:
    """Writes to one source."""

    def __init__(self, name: str, http: HttpSession) -> None:
        self._name = name
        self._http = http

    def close(self) -> None:
        self._http.close()

    def look(self, read: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        return self._read(read, facts)

    def find(self, rule: Call, find: Mapping[str, Any]) -> tuple[str, ...]:
        path = find.get("id", "id")
        ids = [_found(path, row) for row in self._read(find, rule.facts)]
        keys = tuple(str(one) for one in ids if isinstance(one, str | int) and not isinstance(one, bool))
        if len(keys) > 1:
            todo = "Let `find` ask for one field that holds our key alone."
            what = "more than one record there seems to be ours"
            raise AnswerError(what, where=self._name, tried=f"GET {find['path']}", todo=todo)
        return keys

    def exists(self, rule: Call, their_id: str) -> bool | None:
        return None

    def told(self, call: Call) -> str:
        return f"{_method(call)} {self._http.base.path_of(self._address(call))}"

    def send(self, call: Call) -> str | None:
        """One call."""
        header = call.table.get("idempotency_header")
        headers = {header: call.key} if header else {}
        scim = call.table.get("body") == "scim_patch"
        if scim:
            headers["Content-Type"] = "application/scim+json"
        answer = self._http.call(
            _method(call),
            self._address(call),
            label=self._http.base.path + "/" + call.table["path"],
            json=None if call.kind == "delete" else _scim(call.values) if scim else _nested(call.values),
            headers=headers or None,
            parse=_parse,
            writes=True,
            fine=_GONE if call.kind == "delete" else (),
        )
        return self._made(call, answer.content) if call.kind == "create" else None

    def _made(self, call: Call, content: Any) -> str | None:
        found = _found(call.table.get("id", "id"), content)
        if isinstance(found, str | int) and not isinstance(found, bool) and str(found):
            return str(found)[:200]
        if call.table.get("id", "id") == "id" and content is None:
            return None  # an answer without a body tells nothing; the next event looks for the record
        raise AnswerError(
            "the answer does not hold the key of the new record",
            where=self._name,
            tried=f"{_method(call)} {call.table['path']}",
            todo="Check `id` of the call in the mapping.",
        )

    def _address(self, call: Call) -> str:
        facts = {**call.facts, "their": {"id": call.ids[0]} if call.ids else {}}
        try:
            return self._http.base.address(filled_path(call.table["path"], facts))
        except UnfilledError as error:
            raise unknown(error) from None

    def _read(self, read: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        try:
            address = self._http.base.address(filled_path(read["path"], facts))
        except UnfilledError as error:
            raise unknown(error) from None
        params = fill(dict(read.get("params", {})), facts)
        content = self._http.call(
            "GET", address, label=self._http.base.path + "/" + read["path"], params=params
        ).content
        rows = _found(read.get("records") or "@", content)
        if isinstance(rows, dict):
            rows = [rows]
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            what, todo = "the answer is not a list of records", "Check `records` in the mapping."
            raise AnswerError(what, where=self._name, tried=f"GET {read['path']}", todo=todo)
        return rows


def _method(call: Call) -> str:
    return str(call.table.get("method") or _METHODS[call.kind])


def _nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """`time.from` becomes {"time": {"from": …}}."""
    body: dict[str, Any] = {}
    for name, value in values.items():
        *outer, last = name.split(".")
        place = body
        for part in outer:
            place = place.setdefault(part, {})
        place[last] = value
    return body


def _scim(values: Mapping[str, Any]) -> dict[str, Any]:
    operations = [{"op": "replace", "path": name, "value": value} for name, value in values.items()]
    return {"schemas": [_PATCH], "Operations": operations}


def _parse(call: HttpCall, body: bytes, media_type: str) -> Any:
    """A system may answer a call that writes with nothing at all."""
    return parse_json(call, body, media_type) if body.strip() else None


def _found(path: str, content: Any) -> Any:
    try:
        return jmespath.search(path, content)
    except JMESPathError:
        return None
