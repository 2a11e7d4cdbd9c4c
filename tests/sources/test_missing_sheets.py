"""A sheet that may be missing is an empty one; any other that is missing stops the run."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from connector.errors import AnswerError, PopError, SourceUnavailableError
from connector.sources.files import FilesReader
from connector.sources.reader import Connection, Raw, ResourceRequest


def read(path: Path, sheet: str, *, may_be_missing: bool) -> list[Raw]:
    request = ResourceRequest("r", {"sheet": sheet, "columns": ["code"], "may_be_missing": may_be_missing})
    return [row for page in FilesReader(Connection("bron", path=str(path))).pages(request) for row in page.records]


@pytest.fixture
def places(tmp_path: Path) -> dict[str, Path]:
    """A folder, a single CSV and a workbook, each with the sheet `list` and no other."""
    (tmp_path / "folder").mkdir()
    for path in (tmp_path / "folder/list.csv", tmp_path / "list.csv"):
        path.write_text("code\nH1\n", encoding="utf-8")
    with xlsxwriter.Workbook(tmp_path / "book.xlsx") as book:
        book.add_worksheet("List").write_column(0, 0, ["code", "H1"])
    return {"folder": tmp_path / "folder", "csv": tmp_path / "list.csv", "workbook": tmp_path / "book.xlsx"}


@pytest.mark.parametrize("place", ["folder", "csv", "workbook"])
def test_a_sheet_that_may_be_missing_is_empty(places: dict[str, Path], place: str) -> None:
    assert read(places[place], "sessions", may_be_missing=True) == []
    assert read(places[place], "list", may_be_missing=True) == [{"code": "H1"}]


@pytest.mark.parametrize(
    ("place", "error"), [("folder", SourceUnavailableError), ("workbook", AnswerError)], ids=["folder", "workbook"]
)
def test_any_other_sheet_must_be_there(places: dict[str, Path], place: str, error: type[PopError]) -> None:
    with pytest.raises(error):
        read(places[place], "sessions", may_be_missing=False)


def test_a_single_file_holds_whatever_is_asked_of_it(places: dict[str, Path]) -> None:
    assert read(places["csv"], "sessions", may_be_missing=False) == [{"code": "H1"}]


def test_a_sheet_that_is_there_still_needs_its_headings(places: dict[str, Path]) -> None:
    (places["folder"] / "sessions.csv").write_text("training\nH1\n", encoding="utf-8")
    with pytest.raises(AnswerError, match="'code' is missing"):
        read(places["folder"], "sessions", may_be_missing=True)
