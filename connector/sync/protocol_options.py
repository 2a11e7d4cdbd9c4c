"""What each protocol lets a mapping say: the schemas of its `connection` and `read` tables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from connector.http.limits import LimitsSchema
from connector.sources import (
    files_options,
    inbox,
    jsonld_options,
    odoo_read,
    pushed_options,
    rest_options,
    write_options,
)
from connector.sync.mapping_check import Place, Problem, table_problems


@dataclass(frozen=True, slots=True)
class WriteTables:
    """The schemas of the tables in a `[[write]]`; None where the protocol cannot do that."""

    call: type[Schema]
    find: type[Schema] | None = None
    look_up: type[Schema] | None = None


_ODOO = WriteTables(write_options.OdooCallSchema, write_options.OdooFindSchema, write_options.OdooLookSchema)
_REST = WriteTables(write_options.RestCallSchema, write_options.RestFindSchema, write_options.RestLookSchema)
_FILES = WriteTables(write_options.FilesCallSchema)


@dataclass(frozen=True, slots=True)
class ProtocolOptions:
    """The schemas; None where a protocol has no `connection` table, or is not written to."""

    connection: type[Schema] | None
    read: type[Schema]
    write: WriteTables | None = None

    @property
    def has_since(self) -> bool:
        """A resource says in its `read` table how it is asked for changes."""
        return "since" in self.read().fields


OPTIONS: dict[str, ProtocolOptions] = {
    "files": ProtocolOptions(None, files_options.ReadSchema, _FILES),
    "rest": ProtocolOptions(rest_options.ConnectionSchema, rest_options.ReadSchema, _REST),
    "jsonrpc": ProtocolOptions(None, odoo_read.ReadSchema, _ODOO),
    "json2": ProtocolOptions(None, odoo_read.ReadSchema, _ODOO),
    "jsonld": ProtocolOptions(jsonld_options.ConnectionSchema, jsonld_options.ReadSchema),
    "inbox": ProtocolOptions(pushed_options.PushedConnectionSchema, inbox.ReadSchema),
}
LIMITS: type[Schema] = LimitsSchema


def option_problems(content: Mapping[str, Any]) -> list[Problem]:
    """What is wrong in the tables that a protocol reads; tables of another shape are the language's own to report."""
    problems = table_problems(LIMITS(), _member(content, "limits"), ("limits",))
    options = OPTIONS.get(str(content.get("protocol")))
    if options is None:
        return problems
    if options.connection is not None:
        problems += table_problems(options.connection(), _member(content, "connection"), ("connection",))
    for place, table in _read_tables(content):
        problems += table_problems(options.read(), table, place)
    for number, table in enumerate(_list(content, "write")):
        problems += _of_write(table, options.write, ("write", number))
    return problems


def _of_write(table: Mapping[str, Any], tables: WriteTables | None, place: Place) -> list[Problem]:
    if tables is None:
        return [Problem(place, "this protocol cannot write")]
    parts: list[tuple[Place, type[Schema] | None, Any]] = [(("call",), tables.call, table.get("call"))]
    parts.append((("find",), tables.find, table.get("find")))
    for number, look_up in enumerate(_list(table, "look_up")):
        parts.append((("look_up", number, "read"), tables.look_up, look_up.get("read", {})))
    problems: list[Problem] = []
    for inner, schema, found in parts:
        if schema is None and found is not None:
            problems.append(Problem((*place, *inner), "this protocol cannot do that"))
        elif schema is not None and isinstance(found, Mapping):
            problems += table_problems(schema(), found, (*place, *inner))
    return problems


def _read_tables(content: Mapping[str, Any]) -> Iterator[tuple[Place, Any]]:
    resources = _member(content, "resources")
    for name in resources:
        place: Place = ("resources", name)
        resource = _member(resources, name)
        if "each" not in resource or "read" in resource:
            yield (*place, "read"), _member(resource, "read")
        changed = _member(_member(resource, "delta"), "changed")
        yield from (
            ((*place, "delta", "changed", key), _member(changed, key)) for key in ("read", "one") if key in changed
        )
        if "describe" in resource:
            yield (*place, "describe", "read"), _member(_member(resource, "describe"), "read")


def _list(table: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    found = table.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []


def _member(table: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = table.get(name)
    return found if isinstance(found, Mapping) else {}
