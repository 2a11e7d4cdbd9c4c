"""The demo's own folder: emptied at each run, and only ever one that we made ourselves."""

from __future__ import annotations

import shutil
from pathlib import Path

from connector.errors import ConfigurationError

MARKER = ".pop-demo"
_CONFIG = """\
# Written by `pop demo`; the next run writes it again.

[database]
url = "sqlite:///pop.sqlite3"

[server]
port = {port}
base_url = "http://127.0.0.1:{port}"

[mail]
kind = "folder"
folder = "mail"
sender = "pop@deschakel.example"

[organisations.schakel]
name = "Maatwerk De Schakel"

[sources.hr]
mapping = "hr/files"
path = "personeel.xlsx"
employer = "schakel"

[sources.trainings]
mapping = "catalogues/files"
path = "opleidingen.xlsx"
employer = "schakel"
"""


def reset_folder(folder: Path) -> None:
    """An empty folder with our marker. ConfigurationError rather than touch anything that we did not make."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _refusal(folder, "is not a folder of the demo")
    if folder.is_dir():
        if any(folder.iterdir()) and not (folder / MARKER).is_file():
            raise _refusal(folder, "holds something that the demo did not make")
        for path in folder.iterdir():
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            elif path.name != MARKER:
                path.unlink()  # the marker goes last, so that a broken reset can be done again
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / MARKER).write_text("This folder is emptied at each run of `pop demo`.\n", encoding="utf-8")
    except OSError as error:
        raise _refusal(folder, f"cannot be written ({error.strerror})") from error


def write_config(folder: Path, port: int) -> Path:
    """The settings of the demo, as an operator would write them."""
    path = folder / "config.toml"
    path.write_text(_CONFIG.format(port=port), encoding="utf-8")
    return path


def _refusal(folder: Path, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=str(folder), todo="Choose another folder with --folder.")
