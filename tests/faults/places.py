"""Where faults happen: fresh databases, and the mapping files of the loopback systems."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from tests.bench.databases import Databases
from tests.bench.mapping import write_mappings

_LINKED = """\
title = "A system with links to the next page, and no count"
kind = "hr"
protocol = "rest"
grade = "bronze"

[connection]
auth = "bearer"

[resources.employees]
target = "employee"
key = "id"
absent = "unknown"
[resources.employees.read]
path = "people"
records = "items"
pagination = { kind = "next_link", next = "next", size = "limit", default_size = 10, stop_when_empty = true }
[resources.employees.fields]
display_name = { path = "name", convert = "text" }
email = { path = "mail", convert = "text" }
status = { path = "state", convert = "code", codes = { active = "active", left = "left" } }
"""


@dataclass(frozen=True, slots=True)
class Places:
    """A folder that goes away afterwards, and the databases in it or on the server."""

    folder: Path
    databases: Databases

    @property
    def mappings(self) -> Path:
        folder = self.folder / "mappings"
        if not folder.is_dir():
            write_mappings(folder)
            (folder / "hr" / "linked.toml").write_text(_LINKED, encoding="utf-8")
        return folder
