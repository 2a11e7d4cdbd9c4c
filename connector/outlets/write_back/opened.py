"""Which writer writes to which protocol."""

from __future__ import annotations

from connector.errors import MappingError
from connector.http.limits import Limits, Timing
from connector.http.opening import open_session
from connector.outlets.write_back.drop_file import DropFile
from connector.outlets.write_back.odoo import OdooWriter
from connector.outlets.write_back.rest import RestWriter
from connector.outlets.write_back.writer import Writer
from connector.sources.json2 import open_json2
from connector.sources.jsonrpc import open_jsonrpc
from connector.sources.options import checked
from connector.sources.reader import Connection
from connector.sources.rest_options import ConnectionSchema

LINES = frozenset({"files"})  # where every event is a line of its own, and nothing is changed or taken away


def open_writer(
    protocol: str,
    connection: Connection,
    *,
    folder: str | None = None,
    limits: Limits | None = None,
    timing: Timing | None = None,
) -> Writer:
    """A writer with a session of its own; `folder` is where drop files go. MappingError for other protocols."""
    if protocol == "files":
        return DropFile(connection.name, folder)
    if protocol == "jsonrpc":
        return OdooWriter(connection.name, open_jsonrpc(connection, limits, timing))
    if protocol == "json2":
        return OdooWriter(connection.name, open_json2(connection, limits, timing))
    if protocol == "rest":
        options = checked(ConnectionSchema(), connection.options, source=connection.name, place="connection")
        return RestWriter(connection.name, open_session(connection, options, limits=limits, timing=timing))
    raise MappingError(f"the protocol {protocol!r} cannot write", where=connection.name)
