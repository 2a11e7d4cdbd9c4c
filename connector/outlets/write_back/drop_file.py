"""A CSV file that another program takes away: one line for each event, whole or not there at all.

The file is written aside and put in place, so that whoever reads it never sees half a line. `pop_key` is the same when
a line comes twice: after a crash, when the file was taken away in between.
"""

from __future__ import annotations

import csv
import fcntl
import io
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from connector.errors import ConfigurationError, DeliveryError
from connector.outlets.plain import one_line
from connector.outlets.write_back.writer import Call

KEY = "pop_key"
_MOST = 16 * 1024 * 1024
_LONGEST = 1000
_LIVE = (
    "=",
    "+",
    "-",
    "@",
    "＝",
    "＋",
    "－",
    "＠",
)  # a spreadsheet takes what begins so for a formula (OWASP, CSV injection)


class DropFile:
    """The drop files of one source, in one folder."""

    def __init__(self, name: str, folder: str | None) -> None:
        if not folder:
            todo = "Name the folder in which the other program looks."
            raise ConfigurationError("this is needed to write", where=f"sources.{name}.write_folder", todo=todo)
        self._folder = Path(folder)

    def close(self) -> None:
        """Nothing stays open."""

    def look(self, read: Mapping[str, Any], facts: Mapping[str, Any]) -> list[dict[str, Any]]:
        return []

    def find(self, rule: Call, find: Mapping[str, Any]) -> tuple[str, ...]:
        return ()

    def exists(self, rule: Call, their_id: str) -> bool:
        return False  # each event is a line of its own

    def told(self, call: Call) -> str:
        return f"a line in {call.table['file']}"

    def send(self, call: Call) -> str | None:
        """Add the line, unless it is there."""
        path = self._folder / call.table["file"]
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._locked():
                self._add(path, call)
        except OSError as error:
            todo = "See that the folder exists, may be written and is not full."
            tried = error.strerror or "write"
            raise DeliveryError(
                "the drop file cannot be written", where=str(path.name), tried=tried, todo=todo
            ) from error
        return None

    def _add(self, path: Path, call: Call) -> None:
        columns = [KEY, *call.values]
        old = _read(path)
        if len(old) > _MOST:
            todo = "Nobody takes it away: see to that, or move it aside."
            raise DeliveryError("the drop file is full", where=path.name, todo=todo)
        rows = list(csv.reader(io.StringIO(old)))
        if rows and rows[0] != columns:
            todo = "Move the file aside: the mapping has other columns now."
            raise DeliveryError("the drop file has other columns", where=path.name, todo=todo)
        if any(row and row[0] == call.key for row in rows[1:]):
            return
        lines = ([] if rows else [columns]) + [[call.key, *(cell(call.values.get(name)) for name in columns[1:])]]
        added = io.StringIO()
        csv.writer(added, quoting=csv.QUOTE_ALL, lineterminator="\r\n").writerows(lines)
        gap = "" if not old or old.endswith("\n") else "\r\n"
        aside = path.with_name(f".{path.name}.part")
        with aside.open("w", encoding="utf-8", newline="") as file:
            file.write(old + gap + added.getvalue())
            file.flush()
            os.fsync(file.fileno())
        aside.replace(path)

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """One of our processes at a time."""
        handle = os.open(self._folder, os.O_RDONLY)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
            os.fsync(handle)
        finally:
            os.close(handle)


def _read(path: Path) -> str:
    if not path.exists():
        return ""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return file.read()


def cell(value: Any) -> str:
    """A value as a text that no spreadsheet takes for a formula; without line breaks and control characters."""
    if value is None:
        return ""
    if isinstance(value, list):
        value = "; ".join(map(str, value))
    text = one_line(str(value), _LONGEST)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return text if is_number or not text.startswith(_LIVE) else f"'{text}"
