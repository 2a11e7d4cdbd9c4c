"""Files that would take a machine down are refused before they are read; each is read in a process of its own."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from connector.errors import AnswerError
from connector.sources import file_limits
from connector.sources.files import FilesReader
from connector.sources.reader import Connection, ResourceRequest

READ = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (2 * 10**9,) * 2)
from connector.errors import AnswerError
from tests.sources.test_file_limits import records
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    found = f"{len(records(sys.argv[1]))} records"
except AnswerError as error:
    found = str(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024, found)
"""
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>id</t></is></c></row>'
WORKBOOK = (
    '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.'
    'openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="people" sheetId="1" r:id="rId1"/>'
    "</sheets></workbook>"
)
RELATIONS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="{}"/></Relationships>'
)
ROOT = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="'
    'http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" xmlns:table="urn:oasis:'
    'names:tc:opendocument:xmlns:table:1.0" xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)
ODS_HEAD = (
    '<table:table-row><table:table-cell office:value-type="string"><text:p>id</text:p></table:table-cell>'
    '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
)
ONE = '<table:table-cell office:value-type="float" office:value="1"{}/>'


def records(path: str) -> list[dict[str, object]]:
    options = {"sheet": "people", "columns": ["id"]} if not path.endswith(".json") else {"format": "json"}
    reader = FilesReader(Connection(name="hr", path=path))
    return [record for page in reader.pages(ResourceRequest("employee", options)) for record in page.records]


def xlsx(path: Path, rows: Iterable[str], texts: str = "", target: str = "worksheets/sheet1.xml") -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("_rels/.rels", ROOT)
        packed.writestr("xl/workbook.xml", WORKBOOK)
        packed.writestr("xl/_rels/workbook.xml.rels", RELATIONS.format(target))
        with packed.open(f"xl/{target}", "w") as sheet:
            sheet.write(b"<worksheet><sheetData>")
            for row in rows:
                sheet.write(row.encode())
            sheet.write(b"</sheetData></worksheet>")
        if texts:
            packed.writestr("xl/sharedStrings.xml", f"<sst>{texts}</sst>")
    return path


def ods(path: Path, rows: str) -> Path:
    table = f'<table:table table:name="people">{ODS_HEAD}{rows}</table:table>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        packed.writestr("META-INF/manifest.xml", "<manifest/>")
        packed.writestr("content.xml", ODS.format(table))
    return path


def many_entries(folder: Path) -> Path:
    path = xlsx(folder / "b.xlsx", [HEAD])
    with zipfile.ZipFile(path, "a") as packed:
        for number in range(2_001):
            packed.writestr(f"xl/media/{number}.png", b"")
    return path


def lying_directory(folder: Path) -> Path:
    """The directory says 100 bytes; the sheet unpacks to 150 million."""
    path = xlsx(folder / "b.xlsx", [HEAD, '<row r="2"><c r="A2"><v>', *["1" * 10**6] * 150, "</v></c></row>"])
    data = bytearray(path.read_bytes())
    entry = data.rindex(b"xl/worksheets/sheet1.xml") - 46
    data[entry + 24 : entry + 28] = (100).to_bytes(4, "little")
    path.write_bytes(data)
    return path


def text_file(name: str, *parts: str) -> Callable[[Path], Path]:
    def write(folder: Path) -> Path:
        (folder / name).write_text("".join(parts), encoding="utf-8")
        return folder / name

    return write


BOMBS: dict[str, tuple[Callable[[Path], Path], str]] = {
    "last cell": (
        lambda folder: xlsx(folder / "b.xlsx", [HEAD, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>']),
        "5 million cells",
    ),
    "last cell in lower case": (
        lambda folder: xlsx(folder / "b.xlsx", [HEAD, '<row r="900000"><c r="all900000"><v>1</v></c></row>']),
        "5 million cells",
    ),
    "cells without a place": (
        lambda folder: xlsx(
            folder / "b.xlsx",
            [HEAD, "<row>" + "<c/>" * 16_000 + "<c><v>1</v></c></row>"]
            + ["<row/>"] * 400
            + ["<row><c><v>1</v></c></row>"],
        ),
        "5 million cells",
    ),
    "150 MB cell": (
        lambda folder: xlsx(folder / "b.xlsx", [HEAD, '<row r="2"><c r="A2"><v>', *["1" * 10**6] * 150]),
        "unpacks to far more",
    ),
    "directory that lies": (lying_directory, "unpacks to far more"),
    "one text a thousand times": (
        lambda folder: xlsx(
            folder / "b.xlsx",
            [HEAD, *(f'<row r="{row}"><c r="A{row}" t="s"><v>0</v></c></row>' for row in range(2, 1_002))],
            texts=f"<si><t>{'long ' * 1_000_000}</t></si>",
        ),
        "too much text",
    ),
    "sheet under another name": (
        lambda folder: xlsx(
            folder / "b.xlsx", [HEAD, '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'], target="media/a.png"
        ),
        "cannot be read",
    ),
    "entities": (
        lambda folder: xlsx(folder / "b.xlsx", [HEAD], texts="</sst><!DOCTYPE a []><sst>"),
        "cannot be read",
    ),
    "2,001 entries": (many_entries, "2000 files"),
    "repeated rows": (
        lambda folder: ods(
            folder / "b.ods",
            f'<table:table-row table:number-rows-repeated="90000000">{ONE.format("")}</table:table-row>',
        ),
        "5 million cells",
    ),
    "repeated columns": (
        lambda folder: ods(
            folder / "b.ods",
            "<table:table-row>" + ONE.format(' table:number-columns-repeated="90000000"') + "</table:table-row>",
        ),
        "5 million cells",
    ),
    "empty rows before a full one": (
        lambda folder: ods(
            folder / "b.ods",
            '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row>'
            '<table:table-row><table:table-cell table:number-columns-repeated="16000"/>'
            f"{ONE.format('')}</table:table-row>",
        ),
        "5 million cells",
    ),
    "repeated blanks": (
        lambda folder: ods(
            folder / "b.ods",
            '<table:table-row><table:table-cell office:value-type="string"><text:p>'
            '<text:s text:c="4000000000"/></text:p></table:table-cell></table:table-row>',
        ),
        "too much text",
    ),
    "a million columns": (text_file("people.csv", "id;", *(f"c{number};" for number in range(10**6))), "too long"),
    "1,001 columns": (text_file("people.csv", "id", ";c" * 1_000, "\n1\n"), "more than 1000 columns"),
    "a quote that spans lines": (
        text_file("people.csv", 'id\n"', ('\n"' + ";" * 900_000 + '"') * 5, '"\n'),
        "never closed",
    ),
    "6 million cells": (text_file("people.csv", "id\n", (";" * 999 + "\n") * 6_000), "5 million cells"),
    "deep": (text_file("a.json", "[" * 200_000), "nested too deep"),
    "500 deep": (text_file("a.json", '[{"id": ', "[" * 500, "]" * 500, "}]"), "nested too deep"),
    "a number of 200 digits": (text_file("a.json", '[{"id": ', "9" * 200, "}]"), "not a JSON file"),
    "a number of a million digits": (text_file("a.json", '[{"id": -', "9" * 10**6, "}]"), "not a JSON file"),
    "20 million lists": (text_file("a.json", "[", "[]," * 20_000_000, "[]]"), "5 million cells"),
}


@pytest.mark.parametrize("bomb", BOMBS)
def test_a_file_that_would_take_too_much_is_refused_at_once(tmp_path: Path, bomb: str) -> None:
    make, sentence = BOMBS[bomb]
    path = make(tmp_path)
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", READ, str(path)], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr[-300:]
    memory, _, found = done.stdout.partition(" ")
    assert sentence in found
    assert len(done.stdout.splitlines()) == 1
    assert int(memory) < 200
    assert time.monotonic() - start < 20


@pytest.mark.parametrize("name", ["people.csv", "people.xlsx", "people.xls", "people.ods", "a.json"])
def test_a_file_above_the_limit_is_not_opened(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with path.open("wb") as file:
        file.truncate(file_limits.MOST_BYTES + 1)
    with pytest.raises(AnswerError, match=r"bigger than (100|30) MB"):
        records(str(path))


def test_what_a_spreadsheet_program_writes_around_the_cells_is_no_hindrance(tmp_path: Path) -> None:
    """Styled cells without a value far below, a million empty rows at the end, 1,000 columns."""
    rows = [HEAD, '<row r="2"><c r="A2"><v>7</v></c></row>', '<row r="1048576"><c r="XFD1048576" s="1"/></row>']
    (one,) = records(str(xlsx(tmp_path / "a.xlsx", rows)))
    assert one == {"id": 7}
    full = f"<table:table-row>{ONE.format('')}</table:table-row>"
    empty = (
        '<table:table-row table:number-rows-repeated="1048574">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    (one,) = records(str(ods(tmp_path / "a.ods", full + empty)))
    assert one["id"] == 1
    wide = text_file("people.csv", "id", ";c" * 999, "\n1\n")(tmp_path)
    assert len(records(str(wide))) == 1
    (tmp_path / "a.json").write_text(json.dumps([{"id": 10**20}]), encoding="utf-8")
    assert records(str(tmp_path / "a.json")) == [{"id": 10**20}]


@pytest.mark.parametrize("name", ["people.csv", "people.csv.gz"])
def test_a_packed_csv_is_not_unpacked(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(gzip.compress(b"id\n" + b"1\n" * 1_000_000))
    with pytest.raises(AnswerError, match=r"this is not a CSV file\. Save it as CSV"):
        records(str(tmp_path / name))
