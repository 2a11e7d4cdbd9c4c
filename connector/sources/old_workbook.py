"""A sheet of an old workbook (.xls), read by a process of its own that may take so much memory and no more.

Such a file is not packed, but its reader reserves room for every cell between the first and the last one at once, and a
cell says by itself where it stands: a file of five kilobytes asks for 137 GB, and the process that asks is killed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook

from connector.errors import AnswerError
from connector.sources.file_limits import MOST_CELLS, check_cells

_MOST_MEMORY = 1536 * 1024 * 1024  # bytes; the most cells that a sheet may have take a third of it
_SECONDS = 120


def read_old_sheet(path: Path, sheet: str, where: str) -> tuple[list[str], list[list[Any]] | None]:
    """The names of the sheets, and the rows of this one as JSON values; None when there is none of that name."""
    command = [sys.executable, "-m", __name__, str(path.absolute()), sheet]
    around = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    try:
        done = subprocess.run(  # noqa: S603 (no shell, and nothing of the file is in the command)
            command, env=around, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_SECONDS, check=True
        )
        told = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise AnswerError(
            "this workbook cannot be read", where=where, todo="Open it in the spreadsheet program and save it as .xlsx."
        ) from error
    check_cells(told["cells"], where)
    return told["sheets"], told["rows"]


def _main(path: str, sheet: str) -> None:
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY, _MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    from connector.sources.tables import plain_cell  # only here: it needs this module

    try:
        with CalamineWorkbook.from_path(path) as workbook:
            names = {name.casefold(): name for name in workbook.sheet_names}
            told: dict[str, Any] = {"sheets": workbook.sheet_names, "cells": 0, "rows": None}
            if sheet.casefold() in names:
                found = workbook.get_sheet_by_name(names[sheet.casefold()])
                last_row, last_column = found.end or (-1, -1)
                told["cells"] = (last_row + 1) * (last_column + 1)
                is_fine = told["cells"] <= MOST_CELLS
                rows = found.to_python(skip_empty_area=False) if is_fine else []
                told["rows"] = [[plain_cell(cell) for cell in row] for row in rows]
    except CalamineError:
        sys.exit(1)
    json.dump(told, sys.stdout)


if __name__ == "__main__":
    _main(*sys.argv[1:])
