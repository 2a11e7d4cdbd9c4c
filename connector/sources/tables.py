"""Rows of a CSV file or of a sheet in a workbook, as lists of JSON values."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from connector.errors import AnswerError
from connector.sources.file_limits import LONGEST_ROW, check_cells, check_columns, check_size, too_big
from connector.sources.old_workbook import read_old_sheet
from connector.sources.workbook_size import check_workbook

Row = list[Any]


class NoSuchSheetError(AnswerError):
    """The workbook has no sheet of this name."""


def read_csv(path: Path, where: str) -> list[Row]:
    """A CSV as Excel writes it here: `;`, `,` or tab, in UTF-8 (with or without mark) or Windows-1252."""
    check_size(path, where)
    data = path.read_bytes()
    if b"\0" in data:
        raise AnswerError("this is not a CSV file", where=where, todo="Save it as CSV, or give the workbook itself.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
    first = text.partition("\n")[0]
    delimiter = max(";,\t", key=first.count)
    try:
        return list(_csv_rows(text, delimiter, where))
    except csv.Error as error:
        raise AnswerError(f"this is not a CSV file that can be read: {error}", where=where) from error


def _csv_rows(text: str, delimiter: str, where: str) -> Iterator[Row]:
    cells = fed = 0

    def lines() -> Iterator[str]:
        nonlocal fed
        for line in io.StringIO(text):
            fed += len(line)
            if fed > LONGEST_ROW:
                raise too_big("a row of this file is too long, or a quote in it is never closed", where)
            yield line

    for row in csv.reader(lines(), delimiter=delimiter):
        fed = 0
        cells += len(row)
        check_columns(len(row), where)
        check_cells(cells, where)
        yield [cell.strip() or None for cell in row]


def read_sheet(path: Path, sheet: str, where: str) -> list[Row]:
    """A sheet of a workbook; its name is known without regard to case."""
    check_size(path, where)
    if path.suffix.lower() == ".xls":
        names, found = read_old_sheet(path, sheet, where)
    else:
        check_workbook(path, where)
        names, found = _read_sheet(path, sheet, where)
    if found is None:
        raise NoSuchSheetError(
            f"the workbook has no sheet {sheet!r}",
            where=where,
            tried=f"found: {', '.join(names)}",
            todo="Give the sheet this name, or change it in the mapping.",
        )
    return found


def _read_sheet(path: Path, sheet: str, where: str) -> tuple[list[str], list[Row] | None]:
    """The names of the sheets, and the rows of this one."""
    try:
        with CalamineWorkbook.from_path(str(path)) as workbook:
            names = {name.casefold(): name for name in workbook.sheet_names}
            if sheet.casefold() not in names:
                return workbook.sheet_names, None
            rows = workbook.get_sheet_by_name(names[sheet.casefold()]).to_python(skip_empty_area=False)
            return workbook.sheet_names, [[plain_cell(cell) for cell in row] for row in rows]
    except CalamineError as error:
        raise AnswerError(
            "this workbook cannot be read", where=where, todo="Open it in the spreadsheet program and save it again."
        ) from error


def plain_cell(cell: Any) -> Any:
    """What a cell holds, as a JSON value."""
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time() else cell.isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    if isinstance(cell, str):
        return cell.strip() or None
    return cell
