"""Lives of a process that syncs. Each is forked from one that has loaded the program, so that a hundred deaths are
cheap, and ends by kill -9 or by itself.

    python -m tests.faults.lives      the one that forks: an order a line on stdin; "begun PID", then its last word
"""

from __future__ import annotations

import json
import os
import resource
import select
import signal
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from sqlalchemy.orm import configure_mappers

from connector.store.database import Store
from tests.faults.installed import installation, run

_ROOT = Path(__file__).parents[2]
Mother = subprocess.Popen[bytes]


@dataclass(frozen=True, slots=True)
class Order:
    """What one life does. `file_bytes`: no file may grow beyond this, as on a disk that is full."""

    database: str
    mappings: str
    mapping: str
    url: str
    page_size: int
    days: int = 0
    file_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class Said:
    """The last word of a life: how it ended (`done`, the kind of an error of ours, `crashed`), the error's sentence, a
    trace if it had no sentence."""

    how: str
    sentence: str = ""
    trace: str = ""


class Life:
    """One process at work on an order; it has begun once this is made."""

    def __init__(self, mother: Mother, order: Order) -> None:
        assert mother.stdin is not None and mother.stdout is not None
        self._out = mother.stdout
        mother.stdin.write(json.dumps(asdict(order)).encode() + b"\n")
        mother.stdin.flush()
        self._process = int(self._out.readline().removeprefix(b"begun "))

    def kill(self, after: float) -> Said | None:
        """kill -9 after so many seconds; its last word when it had ended by itself."""
        time.sleep(after)
        os.kill(self._process, signal.SIGKILL)
        said = self.end()
        return said if said.how != "killed" else None

    def end(self, seconds: float = 110) -> Said:
        """Its last word."""
        if not select.select([self._out], [], [], seconds)[0]:
            os.kill(self._process, signal.SIGKILL)
            raise TimeoutError("a sync did not end")
        return Said(**json.loads(self._out.readline()))


@contextmanager
def mother() -> Iterator[Mother]:
    """The process that forks lives, as long as the block runs."""
    command = [sys.executable, "-m", "tests.faults.lives"]
    process = subprocess.Popen(command, cwd=_ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def _serve() -> None:
    configure_mappers()
    dead = 0
    for line in sys.stdin:
        if dead:
            os.waitpid(dead, 0)
        ear, mouth = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(ear)
            os.write(mouth, json.dumps(asdict(_live(Order(**json.loads(line))))).encode())
            os._exit(0)
        os.close(mouth)
        _say(f"begun {child}")
        with os.fdopen(ear, "rb") as last:
            said = last.read()
        # It is reaped at the next order only: until then its number cannot be given to another process.
        os.waitid(os.P_PID, child, os.WEXITED | os.WNOWAIT)
        _say(said.decode() if said else json.dumps(asdict(Said("killed"))))
        dead = child


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _live(order: Order) -> Said:
    try:
        return _work(order)
    except BaseException:
        return Said("crashed", trace=traceback.format_exc())


def _work(order: Order) -> Said:
    if order.file_bytes is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order.file_bytes, order.file_bytes))
    store = Store(order.database)
    where: dict[str, Any] = {"url": order.url, "page_size": order.page_size, "days": order.days}
    try:
        ended = run(installation(store, Path(order.mappings), order.mapping, **where), accept=True)
    finally:
        store.close()
    return Said(ended.how, ended.error.sentence() if ended.error else "")


if __name__ == "__main__":
    _serve()
