"""`pop` itself, run as a command in a folder of its own with one source."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.replay.systems import LOGIN

_SETTINGS = """\
[database]
url = "sqlite:///pop.sqlite3"

[organisations.acme]
name = "Maatwerk De Schakel"

[sources.{name}]
mapping = "{family}/{name}"
employer = "acme"
url = "{url}"
allow_http = true
allow_private = true
database = "{database}"
user = "{user}"
password_file = "password"
page_size = {page_size}
"""


@dataclass(frozen=True)
class Done:
    """How a `pop` ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(frozen=True)
class Pop:
    folder: Path

    def __call__(self, *words: str) -> Done:
        command = [sys.executable, "-c", "from connector.cli import main; main()", "--config", "config.toml", *words]
        done = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, timeout=100, check=False)
        return Done(done.returncode, done.stdout, done.stderr)


def pop_with_source(
    folder: Path, name: str, url: str, page_size: int, password: str = LOGIN["password"], family: str = "hr"
) -> Pop:
    """A fresh installation in `folder`, its database at the newest schema."""
    settings = _SETTINGS.format(family=family, name=name, url=url, page_size=page_size, **LOGIN)
    (folder / "config.toml").write_text(settings, encoding="utf-8")
    (folder / "password").write_text(f"{password}\n", encoding="utf-8")
    pop = Pop(folder)
    made = pop("db", "upgrade")
    if made.code:
        raise RuntimeError(made.err)
    return pop
