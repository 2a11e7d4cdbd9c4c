"""A folder into which somebody puts more than exports."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from connector.errors import AnswerError, ConfigurationError
from connector.sources.opened import open_reader
from connector.sources.reader import Connection, ResourceRequest

PEOPLE = ResourceRequest("people", {"sheet": "mensen", "columns": ["personeelsnummer", "naam"]})


def read(path: Path) -> list[dict[str, object]]:
    reader = open_reader("files", Connection("hr", path=str(path)))
    return [row for page in reader.pages(PEOPLE) for row in page.records]


def test_a_link_that_leads_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("personeelsnummer;naam\ntop;secret")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "mensen.csv").symlink_to(tmp_path / "secret.key")
    with pytest.raises(ConfigurationError, match="a link to a file outside the folder"):
        read(folder)


def test_a_link_within_the_folder_is(tmp_path: Path) -> None:
    (tmp_path / "2026-11.csv").write_text("personeelsnummer;naam\n7;Ann")
    (tmp_path / "mensen.csv").symlink_to(tmp_path / "2026-11.csv")
    assert read(tmp_path) == [{"personeelsnummer": "7", "naam": "Ann"}]


def test_the_file_or_folder_of_the_settings_may_be_a_link_itself(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (real / "mensen.csv").write_text("personeelsnummer;naam\n7;Ann")
    (tmp_path / "folder").symlink_to(real)
    (tmp_path / "mensen.csv").symlink_to(real / "mensen.csv")
    assert read(tmp_path / "folder") == read(tmp_path / "mensen.csv") == [{"personeelsnummer": "7", "naam": "Ann"}]


@pytest.mark.timeout(20)
@pytest.mark.parametrize("is_named", [True, False])
def test_a_pipe_that_never_ends_is_not_waited_for(tmp_path: Path, is_named: bool) -> None:
    os.mkfifo(tmp_path / "mensen.csv")
    with pytest.raises(ConfigurationError, match="not a file"):
        read(tmp_path / "mensen.csv" if is_named else tmp_path)


def test_a_file_without_headings_does_not_tell_its_first_person(tmp_path: Path) -> None:
    (tmp_path / "mensen.csv").write_text("1007;Anneleen Vandeputte;anneleen@example.org;nummer\n")
    with pytest.raises(AnswerError) as caught:
        read(tmp_path)
    assert "found: nummer, 3 that look like none of ours" in str(caught.value)
    assert not any(word in str(caught.value) for word in ("1007", "Anneleen", "example"))
