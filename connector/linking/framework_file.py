"""One CSV file of a framework: which kind it is, its header row, and its rows as dictionaries.

The kind is known by its columns, wherever the header row stands in the first lines: some publishers put a block of
`name,value` cells above it. Commas, semicolons and tabs are understood, for a spreadsheet writes what its country uses.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from connector.errors import InputError
from connector.linking.framework_mapping import FileRule, FrameworkMapping

_HEADER_WITHIN = 40  # lines
_LANGUAGE = re.compile(r"[_-]([a-z]{2})$")
_WIDEST_CELL = 1_000_000


@dataclass(frozen=True, slots=True)
class Row:
    """`cells` is None for a row with more cells than the header, or without those that its kind of file must have."""

    line: int
    cells: dict[str, str] | None


@dataclass(slots=True)
class FrameworkFile:
    """One file, recognised. `block` holds the cells above the header."""

    path: Path
    rule: FileRule
    language: str | None
    block: dict[str, str] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


def open_framework_file(path: Path, mapping: FrameworkMapping, language: str | None) -> FrameworkFile:
    """Read a file whole; InputError when it is not one of the mapping's, with the column that is missing.

    The language is `language`, else what the file's name ends in ("skills_nl.csv"); None when neither says it.
    """
    text = _text(path)
    header, delimiter, rule = _recognise(path, text, mapping)
    named = _LANGUAGE.search(path.stem)
    found = FrameworkFile(path, rule, language or (named.group(1) if named else None))
    names: list[str] | None = None
    for line, cells in _records(path, text, delimiter):
        if names is None:
            if cells == header:
                names = [cell.strip() for cell in cells]
            elif cells and cells[0].strip():
                found.block[cells[0].strip()] = cells[1].strip() if len(cells) > 1 else ""
        elif any(cell.strip() for cell in cells):
            found.rows.append(Row(line, _cells(names, cells, rule)))
    return found


def _cells(names: list[str], cells: list[str], rule: FileRule) -> dict[str, str] | None:
    # ESCO leaves out the last empty cells of some rows.
    found = dict(zip(names, cells, strict=False))
    return found if len(cells) <= len(names) and found.keys() >= set(rule.columns) else None


def _text(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise InputError("this file cannot be read", where=path.name, tried=error.strerror or "open") from error
    except UnicodeDecodeError as error:
        raise InputError(
            "this is not a text in UTF-8", where=path.name, todo="Give the CSV file as it was downloaded."
        ) from error


def _records(path: Path, text: str, delimiter: str) -> Iterator[tuple[int, list[str]]]:
    """Each record with the number of its last line."""
    csv.field_size_limit(_WIDEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        for cells in reader:
            yield reader.line_num, cells
    except csv.Error as error:
        raise InputError(
            "this is not a CSV file",
            where=f"{path.name}, line {reader.line_num}",
            tried=str(error),
            todo="Give the CSV file as it was downloaded.",
        ) from error


def _recognise(path: Path, text: str, mapping: FrameworkMapping) -> tuple[list[str], str, FileRule]:
    best: tuple[float, list[str], FileRule] | None = None
    for delimiter in (",", ";", "\t"):
        for number, (_, cells) in enumerate(_records(path, text, delimiter)):
            if number == _HEADER_WITHIN:
                break
            present = {cell.strip() for cell in cells}
            fits = [rule for rule in mapping.files if present.issuperset(rule.columns)]
            if fits:
                return cells, delimiter, max(fits, key=lambda rule: len(rule.columns))
            for rule in mapping.files:
                missing = [column for column in rule.columns if column not in present]
                share = 1 - len(missing) / len(rule.columns)
                if share and (best is None or share > best[0]):
                    best = (share, missing, rule)
    known = ", ".join(rule.title for rule in mapping.files)
    if best is None:
        raise InputError(
            "no row has the columns of a file of this framework",
            where=path.name,
            tried=f"the first {_HEADER_WITHIN} lines",
            todo=f"Known are: {known}.",
        )
    _, missing, rule = best
    raise InputError(
        f"the column {missing[0]!r} is missing",
        where=path.name,
        tried=f"reading it as {rule.title}",
        todo=f"Give the file as it was downloaded. Known are: {known}.",
    )
