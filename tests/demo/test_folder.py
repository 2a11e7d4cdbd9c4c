"""The demo empties its own folder, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from connector.demo.folder import MARKER, hold_folder, reset_folder, write_config
from connector.errors import ConfigurationError
from connector.settings_file import load


def test_a_new_and_an_empty_folder_become_ours(tmp_path: Path) -> None:
    for folder in (tmp_path / "deep" / "new", tmp_path / "empty"):
        if folder.name == "empty":
            folder.mkdir()
        reset_folder(folder)
        assert [path.name for path in folder.iterdir()] == [MARKER]


def test_what_an_earlier_run_left_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    reset_folder(folder)
    (folder / "mail").mkdir()
    (folder / "mail" / "old.eml").write_text("x")
    (folder / "pop.sqlite3").write_text("x")
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "precious").write_text("x")
    (folder / "link").symlink_to(outside)
    reset_folder(folder)
    assert [path.name for path in folder.iterdir()] == [MARKER]
    assert (outside / "precious").exists()


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "thesis.txt").write_text("ten years")
    ours = tmp_path / "ours"
    reset_folder(ours)
    (ours / "pop.sqlite3").write_text("x")
    link = tmp_path / "link"
    link.symlink_to(ours)
    file = tmp_path / "file"
    file.write_text("x")
    for wrong in (folder, link, file, file / "below"):
        with pytest.raises(ConfigurationError) as caught:
            reset_folder(wrong)
        assert str(wrong) in str(caught.value)
    assert (folder / "thesis.txt").read_text() == "ten years"
    assert (ours / "pop.sqlite3").exists()


def test_the_settings_are_those_of_an_operator(tmp_path: Path) -> None:
    settings = load(write_config(tmp_path, 8123), {})
    assert settings.server.base_url == "http://127.0.0.1:8123"
    assert settings.mail.folder == tmp_path / "mail"
    assert {source.mapping for source in settings.sources.values()} == {"hr/files", "catalogues/files"}


def test_a_folder_in_use_is_neither_emptied_nor_used_twice(tmp_path: Path) -> None:
    folder = tmp_path / ".demo"
    with hold_folder(folder):
        (folder / "pop.sqlite3").write_text("x")
        with pytest.raises(ConfigurationError) as caught, hold_folder(folder):
            pass
        assert (folder / "pop.sqlite3").exists()
    assert str(caught.value).startswith(f"{folder}: another `pop demo` still uses this folder")
    assert "--folder" in str(caught.value)
    with hold_folder(folder):
        reset_folder(folder)
        assert [path.name for path in folder.iterdir()] == [MARKER]
        with pytest.raises(ConfigurationError), hold_folder(folder):  # emptying lets nobody else in
            pass


def test_holding_leaves_a_folder_of_somebody_else_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("ten years")
    with pytest.raises(ConfigurationError, match="did not make"), hold_folder(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]
