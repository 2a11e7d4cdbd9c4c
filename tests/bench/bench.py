"""What every benchmark works with: the API at work, fresh databases, and both sides as processes of their own."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import click

from tests.bench.databases import Databases
from tests.bench.mapping import write_mappings
from tests.bench.venv import bench_python

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build"
_LONGEST = 900  # seconds: what takes longer hangs
Said = dict[str, Any]


class LeftOut(Exception):  # noqa: N818
    """This benchmark cannot be taken here; the text says why."""


class Bench:
    """`runs` and `people` are those that were asked for."""

    def __init__(self, folder: Path, *, runs: int, people: int) -> None:
        self.runs, self.people = runs, people
        self.databases = Databases(folder)
        self.folder = folder
        self._mappings = folder / "mappings"
        self._python = bench_python(BUILD)
        self._apis: dict[int, tuple[subprocess.Popen[str], str]] = {}
        self._loaded: dict[tuple[str, str], str] = {}
        write_mappings(self._mappings)

    def api(self, people: int | None = None) -> str:
        """The address of the HR system with that many people; started when first asked for."""
        count = people or self.people
        if count not in self._apis:
            command = [sys.executable, "-m", "tests.bench.api", str(count)]
            process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
            port = process.stdout.readline().strip() if process.stdout else ""
            self._apis[count] = (process, f"http://127.0.0.1:{port}")
        return self._apis[count][1]

    def stop_api(self, people: int) -> None:
        """Give its memory back."""
        process, _ = self._apis.pop(people)
        process.kill()
        process.communicate()

    def change(self, share: float) -> None:
        """Let the HR system change a share of its people."""
        with urlopen(Request(f"{self.api()}/change?share={share}", method="POST"), timeout=60) as answer:  # noqa: S310
            answer.read()

    def ours(self, database: str, *, mapping: str = "hr/bench", **order: Any) -> Said:
        """One sync of ours: seconds, cpu, peak_mb, and the counts of its report."""
        order = {"api": self.api(), "database": database, "mappings": str(self._mappings), "mapping": mapping, **order}
        return self._child(sys.executable, "tests.bench.ours", order)

    def floor(self, job: str, database: str, **order: Any) -> Said:
        return self._child(
            str(self._python), "tests.bench.floor", {"job": job, "api": self.api(), "database": database, **order}
        )

    def rival(self, module: str, **order: Any) -> Said:
        """A rival's module of tests.bench, run in the venv of the benchmarks."""
        return self._child(str(self._python), f"tests.bench.{module}", {"api": self.api(), **order})

    def loaded(self, backend: str, mapping: str = "hr/bench") -> str:
        """`database.url` of ours with everybody in it; made once, do not write to it: `databases.copy`."""
        if (backend, mapping) not in self._loaded:
            url = self.databases.migrated(backend)
            self.ours(url, mapping=mapping)
            self._loaded[backend, mapping] = url
        return self._loaded[backend, mapping]

    def needs(self, backend: str) -> None:
        if not self.databases.has(backend):
            raise LeftOut("POP_TEST_POSTGRESQL names no server")

    def interleaved(
        self, ours: Callable[[], Said], other: Callable[[], Said], runs: int | None = None
    ) -> list[tuple[Said, Said]]:
        """Both in turn, each first every other time, so that a busy minute hits both."""
        pairs: list[tuple[Said, Said]] = []
        for number in range(runs or self.runs):
            if number % 2:
                second = other()
                pairs.append((ours(), second))
            else:
                pairs.append((ours(), other()))
        return pairs

    def close(self) -> None:
        for people in list(self._apis):
            self.stop_api(people)
        self.databases.drop_all()

    def _child(self, python: str, module: str, order: Said) -> Said:
        command = [python, "-m", module, json.dumps(order)]
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_LONGEST)
        except subprocess.TimeoutExpired:
            raise click.ClickException(f"{module} did not end within {_LONGEST} s: {json.dumps(order)}") from None
        if done.returncode:
            raise click.ClickException(f"{module} failed:\n{done.stderr[-3000:]}")
        if order.get("profile"):
            click.echo(done.stderr)
        found: Said = json.loads(done.stdout.splitlines()[-1])
        return found


def seconds(pairs: list[tuple[Said, Said]]) -> list[tuple[float, float]]:
    return [(ours["seconds"], other["seconds"]) for ours, other in pairs]


def processor_note(pairs: list[tuple[Said, Said]]) -> str:
    """The same ratio in processor time, which other programs on the machine disturb less."""
    ratios = sorted(ours["cpu"] / other["cpu"] for ours, other in pairs)
    return f"processor time {ratios[len(ratios) // 2]:.2f}x"


@contextmanager
def opened(*, runs: int, people: int) -> Iterator[Bench]:
    """A bench in a temporary folder under build/, all of it gone at the end."""
    BUILD.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=BUILD, prefix="bench-") as folder:
        bench = Bench(Path(folder), runs=runs, people=people)
        try:
            yield bench
        finally:
            bench.close()
