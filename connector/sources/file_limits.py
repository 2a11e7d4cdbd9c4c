"""How big a file may be before it is read: far above the largest employer, far below what a machine cannot hold."""

from __future__ import annotations

from pathlib import Path

from connector.errors import AnswerError

MOST_BYTES = 100_000_000  # of a file as it is, and of all that a workbook holds when it is unpacked
MOST_WORKBOOK_BYTES = 30_000_000
MOST_ENTRIES = 2_000  # files in a workbook
MOST_TIMES_PACKED = 300  # text of cells packs 5 to 50 times; only above `SMALL_ENTRY` is it looked at
SMALL_ENTRY = 10_000_000
MOST_CELLS = 5_000_000  # of one sheet, from A1 to its last row and column; values of a JSON file
MOST_TEXT = 200_000_000  # characters in the cells of one sheet, each time that a text comes back
MOST_COLUMNS = 1_000
LONGEST_ROW = 2_000_000  # characters in a row of a CSV
MOST_DIGITS = 100
MOST_DEPTH = 50  # lists and objects of a JSON record in each other

_WORKBOOKS = (".xlsx", ".xls", ".ods")


def too_big(what: str, where: str) -> AnswerError:
    return AnswerError(what, where=where, todo="Export only the records and columns that are needed.")


def check_size(path: Path, where: str) -> None:
    """AnswerError when the file is bigger than its kind may be."""
    most = MOST_WORKBOOK_BYTES if path.suffix.lower() in _WORKBOOKS else MOST_BYTES
    if path.stat().st_size > most:
        raise too_big(f"this file is bigger than {most // 1_000_000} MB", where)


def check_columns(count: int, where: str) -> None:
    if count > MOST_COLUMNS:
        raise too_big(f"this file has more than {MOST_COLUMNS} columns", where)


def check_cells(count: int, where: str) -> None:
    if count > MOST_CELLS:
        raise too_big(f"this holds more than {MOST_CELLS // 1_000_000} million cells, empty ones included", where)
