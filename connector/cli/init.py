"""`pop init`: what a new installation needs, in one folder."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable
from pathlib import Path

import click

from connector.cli import main
from connector.mapping_files import MappingFolders
from connector.outlets.empty_workbook import write_empty_workbook
from connector.store.sealed import MasterKey
from connector.sync.mapping import read_mapping

_CONFIG = """\
# Settings of POP connector. Every key may also come from the environment: POP__SECTION__KEY.

[database]
url = "sqlite:///pop.sqlite3"

[security]
master_key_file = "master.key"   # keep a copy apart from the database and its backups

[server]
secret_key_file = "secret.key"

# How people reach the pages: links in mails and calendars start with it. Change it before you invite anybody.
base_url = "http://127.0.0.1:8080"

[mail]
kind = "folder"                  # invitations go to files in `mail`; "smtp" sends them (see config.example.toml)
sender = "pop@localhost"         # who invites: change it before you invite anybody

[organisations.own]
name = "Our organisation"        # stands in mails
language = "nl"
"""
_FILES = """
[sources.hr]
mapping = "hr/files"
path = "personeel.xlsx"
employer = "own"
"""
_NEXT = "Next: add a [sources.NAME] to config.toml (config.example.toml shows how), then `pop db upgrade`."
_NEXT_WITH_FILES = (
    "Next: fill in personeel.xlsx (notes at its headings say how) and look at config.toml; "
    "then `pop db upgrade` and `pop sync hr`."
)


@main.command(short_help="Write the settings, the keys and an empty workbook.")
@click.option("--files", "with_files", is_flag=True, help="Also write an empty workbook for people and functions.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False), default=Path(), show_default="this folder")
def init(with_files: bool, folder: Path) -> None:
    """Write config.toml, the keys and (with --files) an empty workbook. What is there already is left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    _write(folder / "config.toml", _CONFIG + (_FILES if with_files else ""))
    if (folder / "pop.sqlite3").exists() and not (folder / "master.key").exists():
        click.echo(
            f"{folder / 'master.key'}: not written, for there is a database already: put its own key back", err=True
        )
    else:
        _write_once(folder / "master.key", MasterKey.create)
    _write_once(folder / "secret.key", _new_secret)
    if with_files:
        _write_once(folder / "personeel.xlsx", _empty_workbook)
    click.echo(_NEXT_WITH_FILES if with_files else _NEXT)


def _write(path: Path, text: str) -> None:
    _write_once(path, lambda new: new.write_text(text, encoding="utf-8"))


def _write_once(path: Path, make: Callable[[Path], object]) -> None:
    if path.exists():
        click.echo(f"{path}: is there already, left alone")
        return
    make(path)
    click.echo(f"{path}: written")


def _new_secret(path: Path) -> None:
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(secrets.token_hex(32) + "\n")


def _empty_workbook(path: Path) -> None:
    sheets: dict[str, tuple[list[str], list[str]]] = {}
    notes: dict[tuple[str, str], str] = {}
    for resource in read_mapping(MappingFolders().load("hr", "files")).resources:
        needed, optional = sheets.setdefault(resource.read["sheet"], ([], []))
        notes.update({(resource.read["sheet"], name): text for name, text in resource.read.get("notes", {}).items()})
        needed += [name for name in resource.read.get("columns", []) if name not in needed]
        optional += [name for name in resource.read.get("optional", []) if name not in optional]
    merged = {name: (needed, [o for o in optional if o not in needed]) for name, (needed, optional) in sheets.items()}
    write_empty_workbook(path, merged, notes)
