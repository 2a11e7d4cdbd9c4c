"""Writes what the sample employer would export: the payroll office's workbook, and the list of trainings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import xlsxwriter

from connector.demo.sample import Days, Sample, rows

# The payroll office typed a day that does not exist: this line must end up in quarantine, and nowhere else.
_WRONG = {
    "nummer": "0999",
    "voornaam": "Testine",
    "naam": "Verkeerd",
    "taal": "nl",
    "afdeling": "Montage",
    "functie": "Medewerker montage",
    "in dienst": "31/02/2024",
}
_FORMS = {"formal": "formeel", "informal": "informeel"}


def write_workbook(path: Path, sample: Sample) -> None:
    """The workbook in the sheets and headings of mappings/hr/files.toml."""
    days = Days(sample.today)
    people = [_numbered(person.row) for person in sample.people] + [_numbered(_WRONG)]
    _write(
        path,
        {
            "mensen": people,
            "functies": list(rows("functies", days)),
            "functie-competenties": list(rows("functie-competenties", days)),
            "beoordelingen": [_numbered(row) for row in rows("beoordelingen", days, ("datum",))],
            "afwezigheden": [_numbered(row) for row in rows("afwezigheden", days, ("van", "tot"))],
        },
    )


def write_catalogue(path: Path, sample: Sample) -> None:
    """The list of trainings in the headings of mappings/catalogues/files.toml."""
    lines = []
    for row in rows("opleidingen", Days(sample.today), ("start",)):
        start, form = row.pop("start"), row.pop("leervorm")
        price = Decimal(row.pop("prijs")) if row["prijs"] else None
        lines.append({**row, "volgende start": start, "vorm": _FORMS.get(form or ""), "prijs": price})
    _write(path, {"opleidingen": lines})


def _numbered(row: Mapping[str, Any]) -> dict[str, Any]:
    return {"personeelsnummer" if heading == "nummer" else heading: value for heading, value in row.items()}


def _write(path: Path, sheets: Mapping[str, Sequence[Mapping[str, Any]]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "strings_to_urls": False}) as workbook:
        day_format = workbook.add_format({"num_format": "dd/mm/yyyy"})
        for name, lines in sheets.items():
            sheet = workbook.add_worksheet(name)
            for number, heading in enumerate(lines[0]):
                sheet.write_string(0, number, heading)
            for number, cells in enumerate(_in_order(lines), start=1):
                for column, value in enumerate(cells):
                    if isinstance(value, date):
                        sheet.write_datetime(number, column, value, day_format)
                    elif isinstance(value, Decimal):
                        sheet.write_number(number, column, value)
                    elif value is not None:
                        sheet.write_string(number, column, value)


def _in_order(lines: Sequence[Mapping[str, Any]]) -> Iterable[list[Any]]:
    for line in lines:
        yield [line.get(heading) for heading in lines[0]]
