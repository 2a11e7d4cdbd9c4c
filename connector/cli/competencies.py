"""`pop competencies`: bring the official files of a competency framework in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from connector.assembly import open_installation
from connector.cli import main, settings_of
from connector.cli.output import print_json
from connector.domain.access import TIMER
from connector.linking.framework_content import Progress as Report
from connector.services.competencies import ImportReport, import_competencies

_SHOWN = 10


@main.group()
def competencies() -> None:
    """Competency frameworks: ESCO, Competent."""


@competencies.command("import")
@click.argument("framework", metavar="FORMAT")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path, dir_okay=False))
@click.option("--language", metavar="CODE", help="Language of the files, when their names do not end in it.")
@click.option("--framework-version", metavar="TEXT", help="Version of the framework, when the files do not say it.")
@click.option("--retire", is_flag=True, help="Let competencies end that are not in these files, however many.")
@click.option("--json", "as_json", is_flag=True, help="One line of JSON on stdout.")
@click.pass_context
def import_files(
    context: click.Context,
    framework: str,
    files: tuple[Path, ...],
    language: str | None,
    framework_version: str | None,
    retire: bool,
    as_json: bool,
) -> None:
    """Import official files. FORMAT is a file of mappings/competencies, e.g. esco or competent."""
    installation = open_installation(settings_of(context))
    try:
        with _bar() as progress:
            report = import_competencies(
                TIMER,
                installation,
                framework,
                files,
                language=language,
                version=framework_version,
                may_retire=retire,
                progress=progress,
            )
    finally:
        installation.store.close()
    if as_json:
        print_json({"ok": True, **asdict(report)})
    else:
        _show(report)


def _show(report: ImportReport) -> None:
    versions = ", ".join(f"{name} {version}" for name, version in report.versions.items()) or "no framework"
    click.echo(f"{versions}: {report.rows} rows read, {report.left_aside} left aside, {len(report.broken)} broken.")
    counts = report.counts
    click.echo(f"Competencies: {counts.new} new, {counts.changed} changed, {counts.same} same, {counts.retired} ended.")
    click.echo(f"Relations: {counts.new_relations} new, {counts.gone_relations} gone.")
    if counts.guests:
        click.echo(f"Of frameworks that these files only quote: {counts.guests} competencies added.")
    if counts.unknown_relations:
        click.echo(f"{counts.unknown_relations} relations name a competency that is not here: import its file too.")
    for row in report.broken[:_SHOWN]:
        click.echo(f"  {row.file}, line {row.line}: {row.reason}")
    if len(report.broken) > _SHOWN:
        click.echo(f"  … and {len(report.broken) - _SHOWN} more")


@contextmanager
def _bar() -> Iterator[Report]:
    """A bar on a terminal, else nothing."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _done, _total: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console, transient=True) as bars:
        task = bars.add_task("rows", total=None)
        yield lambda done, total: bars.update(task, completed=done, total=total)
