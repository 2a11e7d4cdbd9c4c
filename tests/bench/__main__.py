"""The command: take figures, print one table, keep them in build/bench.json."""

from __future__ import annotations

import json
import os
import platform
import sys

import click
from rich.console import Console
from rich.table import Table

from tests.bench.bench import BUILD, LeftOut, opened
from tests.bench.figure import Figure
from tests.bench.registry import benchmarks

_runs = click.option("--runs", default=5, show_default=True, type=click.IntRange(min=1))
_PEOPLE = 50_000
_people = click.option("--people", default=_PEOPLE, show_default=True, type=click.IntRange(min=1000))


@click.group(invoke_without_command=True)
@click.option("--only", help="Those whose name begins so.")
@_runs
@_people
@click.pass_context
def main(context: click.Context, only: str | None, runs: int, people: int) -> None:
    """Take the figures, each in this one run."""
    if context.invoked_subcommand:
        return
    figures: list[Figure] = []
    left_out: list[str] = []
    with opened(runs=runs, people=people) as bench:
        for name, module in benchmarks(only).items():
            try:
                figures.append(module.take(bench, name))
                click.echo(_line(figures[-1]), err=True)
            except LeftOut as why:
                left_out.append(f"{name}: left out, {why}")
    if people == _PEOPLE:  # a quick look at fewer is no figure
        _keep(figures)
    Console(width=None if sys.stdout.isatty() else 150).print(_table(figures, people))
    for sentence in left_out:
        click.echo(sentence)
    sys.exit(1 if any(figure.holds is False for figure in figures) else 0)


@main.command()
@click.argument("name")
@_people
def profile(name: str, people: int) -> None:
    """Where our own time goes in a benchmark (the first whose name begins with NAME)."""
    found = next(iter(benchmarks(name).items()), None)
    if found is None:
        raise click.ClickException(f"no benchmark begins with {name!r}; there are: {', '.join(benchmarks())}")
    full, module = found
    with opened(runs=1, people=people) as bench:
        click.echo(bench.ours(**{**module.order(bench, full), "profile": True}))


def _line(figure: Figure) -> str:
    goal = f", goal {figure.goal}: {'holds' if figure.holds else 'MISSED'}" if figure.goal else ""
    return f"{figure.name}: {figure.ratio:.2f}x ({figure.min:.2f} to {figure.max:.2f}){goal}"


def _table(figures: list[Figure], people: int) -> Table:
    machine = (
        f"{os.cpu_count()} processors, Python {platform.python_version()}, {platform.system()} {platform.machine()}"
    )
    table = Table(title=f"{people:,} employees in pages of 500; {machine}")
    for heading in ("", "ours", "other", "ratio", "min to max", "runs", "goal", "load", "remark"):
        table.add_column(heading, justify="right" if heading in ("ours", "other", "ratio") else "left")
    for one in figures:
        table.add_row(
            one.name,
            f"{one.ours:.2f} {one.unit}",
            f"{one.other:.2f} {one.unit} {one.other_is}",
            f"{one.ratio:.2f}",
            f"{one.min:.2f} to {one.max:.2f}",
            str(one.runs),
            f"{one.goal} {'holds' if one.holds else 'MISSED'}" if one.goal else "none",
            f"{one.load:.1f}",
            one.note,
        )
    return table


def _keep(figures: list[Figure]) -> None:
    """Figures taken before stay until they are taken again, so that `--only` loses nothing."""
    path = BUILD / "bench.json"
    kept = {one["name"]: one for one in json.loads(path.read_text(encoding="utf-8"))} if path.is_file() else {}
    kept.update({one.name: one.as_dict() for one in figures})
    path.write_text(json.dumps(list(kept.values()), indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
