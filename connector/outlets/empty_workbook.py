"""An empty workbook with the sheets and headings that a mapping of files asks for."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import xlsxwriter


def write_empty_workbook(
    path: Path, sheets: Mapping[str, tuple[list[str], list[str]]], notes: Mapping[tuple[str, str], str]
) -> None:
    """One sheet each, with its needed headings (bold) and its optional ones. All cells are text: 0042 stays.

    `notes` says per (sheet, heading) how to fill it in; it stands as a note on the heading.
    """
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        needed_format = workbook.add_format({"bold": True, "bottom": 1})
        optional_format = workbook.add_format({"italic": True, "bottom": 1})
        text_format = workbook.add_format({"num_format": "@"})
        for name, (needed, optional) in sheets.items():
            sheet = workbook.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            for number, heading in enumerate([*needed, *optional]):
                sheet.set_column(number, number, max(12, len(heading) + 2), text_format)
                sheet.write_string(0, number, heading, needed_format if number < len(needed) else optional_format)
                if (name, heading) in notes:
                    sheet.write_comment(0, number, notes[name, heading], {"x_scale": 2})
