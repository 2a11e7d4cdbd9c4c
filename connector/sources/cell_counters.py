"""Count the cells and the text of sheets while their XML streams by; cells without a value are not counted."""

from __future__ import annotations

import re
from typing import Protocol

from connector.sources.file_limits import MOST_TEXT, check_cells, too_big

_REFERENCE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_CELLS = ("table:table-cell", "table:covered-table-cell")


class CellCounter(Protocol):
    """Handlers of an XML parser; each raises AnswerError as soon as it is too much."""

    def start(self, name: str, attributes: dict[str, str]) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, text: str) -> None: ...


class XlsxCounter:
    """The shared texts come first, then each sheet: from A1 to its last row and column that hold a value."""

    def __init__(self, where: str) -> None:
        self._where = where
        self._lengths: list[int] = []
        self._in_text = self._in_sheet = self._is_shared = False
        self._value = ""
        self._begin_sheet()

    def _begin_sheet(self) -> None:
        self._row = self._column = self._rows = self._columns = self._characters = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._lengths.append(0)
            self._in_text = True
        elif name == "sheetData":
            self._begin_sheet()
            self._in_sheet = True
        elif self._in_sheet:
            self._start_in_sheet(name, attributes)

    def _start_in_sheet(self, name: str, attributes: dict[str, str]) -> None:
        if name == "row":
            self._row = int(attributes.get("r", self._row + 1))
            self._column = 0
        elif name == "c":
            self._row, self._column = _place(attributes.get("r"), self._row, self._column + 1)
            self._is_shared = attributes.get("t") == "s"
        elif name in ("v", "is"):
            self._value = ""
            self._rows, self._columns = max(self._rows, self._row), max(self._columns, self._column)
            check_cells(self._rows * self._columns, self._where)

    def end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        if name == "si":
            self._in_text = False
        elif name == "sheetData":
            self._in_sheet = False
        elif name == "v" and self._in_sheet and self._is_shared:
            self._add(self._lengths[int(self._value)])

    def text(self, text: str) -> None:
        if self._in_text:
            self._lengths[-1] += len(text)
        elif self._in_sheet and self._is_shared:
            self._value += text[:20]

    def _add(self, characters: int) -> None:
        self._characters += characters
        if self._characters > MOST_TEXT:
            raise too_big("a sheet of this workbook holds too much text", self._where)


class OdsCounter:
    """All tables together, for they are read at once. What is repeated counts as often as it is repeated.

    Empty cells count only up to the next that is not: spreadsheets end a table with a million empty rows.
    """

    def __init__(self, where: str) -> None:
        self._where = where
        self._cells = self._rows = self._columns = self._characters = 0
        self._row_repeats = self._cell_repeats = self._length = 0
        self._column = self._width = self._row_characters = 0
        self._in_cell = self._is_full = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "table:table":
            self._cells += self._rows * self._columns
            self._rows = self._columns = 0
        elif name == "table:table-row":
            self._row_repeats = _repeats(attributes, "table:number-rows-repeated")
            self._column = self._width = self._row_characters = 0
        elif name in _CELLS:
            self._cell_repeats = _repeats(attributes, "table:number-columns-repeated")
            self._in_cell, self._length = True, 0
            self._is_full = any(key.startswith("office:") or key == "table:formula" for key in attributes)
        elif self._in_cell:
            self._is_full = True
            if name == "text:s":
                self._length += _repeats(attributes, "text:c")

    def end(self, name: str) -> None:
        if name in _CELLS:
            self._in_cell = False
            self._column += self._cell_repeats
            if self._is_full:
                self._width = self._column
                self._row_characters += self._length * self._cell_repeats
        elif name == "table:table-row":
            self._rows += self._row_repeats
            if self._width:
                self._end_full_row()

    def _end_full_row(self) -> None:
        self._columns = max(self._columns, self._width)
        check_cells(self._cells + self._rows * self._columns, self._where)
        self._characters += self._row_characters * self._row_repeats
        if self._characters > MOST_TEXT:
            raise too_big("this workbook holds too much text", self._where)

    def text(self, text: str) -> None:
        if self._in_cell:
            self._length += len(text)


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    if reference is None:
        return row, column
    found = _REFERENCE.fullmatch(reference.upper())
    if found is None:
        raise ValueError("not a cell reference")
    column = 0
    for letter in found[1]:
        column = column * 26 + ord(letter) - 64
    return int(found[2]), column


def _repeats(attributes: dict[str, str], name: str) -> int:
    return max(int(attributes.get(name, "1")), 0)
