"""The demo's own folder: emptied at each run, and only ever one that we made ourselves."""

from __future__ import annotations

import fcntl
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
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


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """The folder for one demo at a time, as long as this lasts; ConfigurationError while another one uses it.

    Processes that are forked meanwhile hold it too. The system lets it go when the last of them ends, however it ends.
    """
    _make_ours(folder)
    with (folder / MARKER).open("a", encoding="utf-8") as marker:
        try:
            fcntl.flock(marker, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConfigurationError(
                "another `pop demo` still uses this folder",
                where=str(folder),
                todo="Stop that one first (Ctrl-C where it runs), or choose another folder with --folder.",
            ) from error
        yield


def reset_folder(folder: Path) -> None:
    """An empty folder with our marker. ConfigurationError rather than touch anything that we did not make."""
    _make_ours(folder)
    for path in folder.iterdir():
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name != MARKER:  # the marker stays, so that a broken reset can be done again
            path.unlink()


def write_config(folder: Path, port: int) -> Path:
    """The settings of the demo, as an operator would write them."""
    path = folder / "config.toml"
    path.write_text(_CONFIG.format(port=port), encoding="utf-8")
    return path


def _make_ours(folder: Path) -> None:
    """The folder with our marker, unless somebody else's things are in it."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise _refusal(folder, "is not a folder of the demo")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        marker = folder / MARKER
        if marker.is_file():
            return
        if any(folder.iterdir()):
            raise _refusal(folder, "holds something that the demo did not make")
        marker.write_text("This folder is emptied at each run of `pop demo`.\n", encoding="utf-8")
    except OSError as error:
        raise _refusal(folder, f"cannot be written ({error.strerror})") from error


def _refusal(folder: Path, what: str) -> ConfigurationError:
    return ConfigurationError(what, where=str(folder), todo="Choose another folder with --folder.")
