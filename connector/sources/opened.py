"""Which reader speaks which protocol."""

from __future__ import annotations

from collections.abc import Callable

from connector.errors import MappingError
from connector.http.limits import Limits, Timing
from connector.sources.files import FilesReader
from connector.sources.inbox import InboxReader
from connector.sources.json2 import open_json2
from connector.sources.jsonld import open_jsonld
from connector.sources.jsonrpc import open_jsonrpc
from connector.sources.reader import Connection, Reader
from connector.sources.rest import open_rest
from connector.store.database import Store

_OVER_HTTP: dict[str, Callable[[Connection, Limits | None, Timing | None], Reader]] = {
    "rest": open_rest,
    "jsonrpc": open_jsonrpc,
    "json2": open_json2,
    "jsonld": open_jsonld,
}
PROTOCOLS = ("files", *_OVER_HTTP, "inbox")


def open_reader(
    protocol: str,
    connection: Connection,
    *,
    limits: Limits | None = None,
    timing: Timing | None = None,
    store: Store | None = None,
) -> Reader:
    """A reader for one of `PROTOCOLS`. `inbox` reads what was pushed to us, and needs the `store` for it."""
    if protocol == "files":
        return FilesReader(connection)
    if protocol == "inbox":
        if store is None:
            raise MappingError("records that are pushed cannot be read without a database", where=connection.name)
        return InboxReader(connection, store)
    if protocol in _OVER_HTTP:
        return _OVER_HTTP[protocol](connection, limits, timing)
    raise MappingError(f"there is no protocol {protocol!r}", where=connection.name)
