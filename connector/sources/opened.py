"""Which reader speaks which protocol."""

from __future__ import annotations

from connector.errors import MappingError
from connector.http.limits import Limits, Timing
from connector.sources.files import FilesReader
from connector.sources.jsonrpc import open_jsonrpc
from connector.sources.reader import Connection, Reader
from connector.sources.rest import open_rest


def open_reader(
    protocol: str, connection: Connection, *, limits: Limits | None = None, timing: Timing | None = None
) -> Reader:
    """A reader for `files`, `rest` or `jsonrpc` (the names that a mapping may use)."""
    if protocol == "files":
        return FilesReader(connection)
    if protocol == "rest":
        return open_rest(connection, limits, timing)
    if protocol == "jsonrpc":
        return open_jsonrpc(connection, limits, timing)
    raise MappingError(f"there is no protocol {protocol!r}", where=connection.name)
