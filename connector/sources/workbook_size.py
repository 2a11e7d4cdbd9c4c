"""What a workbook unpacks to, measured by streaming through it: its reader would reserve room for every cell between
the first and the last one at once, and a file of a few kilobytes can name the last cell of a sheet.

Formats: ECMA-376 (.xlsx: `row`, `c`, `v` in `sheetData`, texts in sharedStrings.xml) and OpenDocument (.ods: rows and
cells with a number of repeats). Directory entries are not believed: an entry is as large as it really unpacks to.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from xml.parsers import expat

from connector.errors import AnswerError
from connector.sources.cell_counters import CellCounter, OdsCounter, XlsxCounter
from connector.sources.file_limits import MOST_BYTES, MOST_ENTRIES, MOST_TIMES_PACKED, SMALL_ENTRY, too_big

_CHUNK = 65_536
_LOCAL_HEADER = 30
_TEXTS = "xl/sharedstrings.xml"


def check_workbook(path: Path, where: str) -> None:
    """AnswerError when reading a .xlsx or .ods would take too much."""
    try:
        with zipfile.ZipFile(path) as packed, path.open("rb") as file:
            _check_entries(packed.infolist(), file, path.suffix.lower() == ".ods", where)
    # zipfile says NotImplementedError for an entry packed in a way that it does not know.
    except (zipfile.BadZipFile, zlib.error, expat.ExpatError, ValueError, IndexError, NotImplementedError) as error:
        raise AnswerError(
            "this workbook cannot be read", where=where, todo="Open it in the spreadsheet program and save it again."
        ) from error


def _check_entries(entries: list[zipfile.ZipInfo], file: BinaryIO, is_ods: bool, where: str) -> None:
    if len(entries) > MOST_ENTRIES:
        raise too_big(f"this workbook holds more than {MOST_ENTRIES} files", where)
    counter: CellCounter = OdsCounter(where) if is_ods else XlsxCounter(where)
    unpacked = 0
    for entry in sorted(entries, key=lambda one: one.filename.lower() != _TEXTS):
        look = _Xml(counter) if entry.filename.lower().endswith(".xml") else _Other()
        size = 0
        for chunk in _unpacked(file, entry):
            size += len(chunk)
            too_much = unpacked + size > MOST_BYTES
            if too_much or (size > SMALL_ENTRY and size > MOST_TIMES_PACKED * entry.compress_size):
                raise too_big("this workbook unpacks to far more than its size", where)
            look.feed(chunk)
        look.end()
        unpacked += size


class _Xml:
    """Without entities: what they would grow to is in no count."""

    def __init__(self, counter: CellCounter) -> None:
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartElementHandler = counter.start
        self._parser.EndElementHandler = counter.end
        self._parser.CharacterDataHandler = counter.text
        self._parser.StartDoctypeDeclHandler = _refuse

    def feed(self, chunk: bytes) -> None:
        self._parser.Parse(chunk, False)

    def end(self) -> None:
        self._parser.Parse(b"", True)


class _Other:
    """A picture, or a sheet that has another name than sheets have."""

    def __init__(self) -> None:
        self._last = b""

    def feed(self, chunk: bytes) -> None:
        if b"sheetData" in self._last + chunk:
            raise zipfile.BadZipFile
        self._last = chunk[-8:]

    def end(self) -> None:
        pass


def _refuse(*_names: object) -> None:
    raise zipfile.BadZipFile


def _unpacked(file: BinaryIO, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    file.seek(entry.header_offset)
    header = file.read(_LOCAL_HEADER)
    if len(header) < _LOCAL_HEADER or entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise zipfile.BadZipFile
    file.seek(int.from_bytes(header[26:28], "little") + int.from_bytes(header[28:30], "little"), 1)
    unpack = zlib.decompressobj(-zlib.MAX_WBITS)
    left = entry.compress_size
    while left > 0:
        data = file.read(min(_CHUNK, left))
        if not data:
            raise zipfile.BadZipFile
        left -= len(data)
        if entry.compress_type == zipfile.ZIP_STORED:
            yield data
            continue
        while data:
            chunk = unpack.decompress(data, _CHUNK)
            data = unpack.unconsumed_tail
            if chunk:
                yield chunk
    while entry.compress_type == zipfile.ZIP_DEFLATED and (chunk := unpack.decompress(unpack.unconsumed_tail, _CHUNK)):
        yield chunk
