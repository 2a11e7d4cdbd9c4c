"""The two uses of a recording: see the package."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from tests.replay.host import listening, make_server
from tests.replay.installation import Pop, pop_with_source
from tests.replay.moodle import Moodle
from tests.replay.rows import icehrm_rows, moodle_answers, odoo_kinds, odoo_rows, scim_rows
from tests.replay.systems import LOGIN, IceHrm, Odoo, Scim, System

SYSTEMS: dict[str, Callable[[Path], System]] = {
    "odoo-15": lambda folder: Odoo(odoo_rows(folder), odoo_kinds(folder)),
    "icehrm-35": lambda folder: IceHrm(icehrm_rows(folder)),
    "scim2": lambda folder: Scim(*scim_rows(folder)),
    "moodle-4.2": lambda folder: Moodle(moodle_answers(folder)),
}
MAPPINGS = {
    "hr/odoo": "odoo-15",
    "hr/icehrm": "icehrm-35",
    "hr/scim": "scim2",
    "catalogues/moodle": "moodle-4.2",
    "catalogues/odoo-elearning": "odoo-15",
}


@click.group()
def main() -> None:
    """Play back recorded answers of real HR systems."""


@main.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option("--port", default=8069, show_default=True)
def serve(folder: Path, port: int) -> None:
    """Be the system that FOLDER (odoo-15, icehrm-35, scim2 or moodle-4.2) was recorded from."""
    server = make_server(SYSTEMS[folder.resolve().name](folder), port)
    click.echo(f"http://127.0.0.1:{server.server_address[1]}  {LOGIN}")
    server.serve_forever()


@main.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--page-size", default=25, show_default=True)
def measure(folder: Path, page_size: int) -> None:
    """Run `pop sync` twice against every recording under FOLDER, and say what it did."""
    left_out = [name for name in SYSTEMS if not (folder / name).is_dir()]
    for mapping, name in MAPPINGS.items():
        if name not in left_out:
            family, source = mapping.split("/")
            with tempfile.TemporaryDirectory() as place, listening(SYSTEMS[name](folder / name)) as url:
                pop = pop_with_source(Path(place), source, url, page_size, family=family)
                _twice(f"{mapping} on {name}", pop, source)
    for name in left_out:
        click.echo(f"{name}: LEFT OUT, for there is no folder {folder / name}")
    sys.exit(1 if left_out else 0)


def _twice(name: str, pop: Pop, source: str) -> None:
    before: dict[str, int] = {}
    for number in (1, 2):
        began = time.monotonic()
        done = pop("sync", source, "--accept", "--json")
        seconds = time.monotonic() - began
        if done.code:
            raise click.ClickException(f"{name}: {done.err}")
        click.echo(f"{name}, run {number}: {seconds:.1f} s")
        for resource, counts in {**done.json["resources"], "total": done.json["total"]}.items():
            click.echo(f"  {resource:<14}{_words(counts)}")
        rows = _rows(pop.folder / "pop.sqlite3")
        if before:
            grown = {table: rows[table] - count for table, count in before.items() if rows[table] != count}
            click.echo(f"  rows written by run {number}: {grown}")
        before = rows


def _words(counts: dict[str, Any]) -> str:
    parts = ("new", "changed", "same", "quarantined", "waiting", "out_of_scope")
    sign = "=" if counts["read"] == sum(counts[part] for part in parts) else "IS NOT"
    told = ", ".join(f"{counts[part]} {part.replace('_', ' ')}" for part in parts)
    return f"read {counts['read']} {sign} {told}; {counts['missing']} missing, {counts['left']} left"


def _rows(path: Path) -> dict[str, int]:
    with sqlite3.connect(path) as database:
        tables = [name for (name,) in database.execute("select name from sqlite_master where type = 'table'")]
        return {name: database.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}  # noqa: S608


if __name__ == "__main__":
    main()
