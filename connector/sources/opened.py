"""Which reader speaks which protocol."""

from __future__ import annotations

from connector.sources.files import FilesReader
from connector.sources.reader import Connection, Reader


def open_reader(protocol: str, connection: Connection) -> Reader:
    """A reader for `files`, `rest` or `jsonrpc` (the names that a mapping may use)."""
    readers = {"files": FilesReader}
    return readers[protocol](connection)
