"""`pop demo`: the whole job on the sample employer, then the pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from connector.cli import main
from connector.cli.output import print_json
from connector.cli.serve import free_port, serve
from connector.demo.folder import hold_folder
from connector.demo.runner import STEPS, DemoResult, run_demo
from connector.demo.runner import Progress as DemoProgress
from connector.errors import PopError
from connector.foreign_errors import foreign_errors_as_ours

_WORDS = {
    "prepare": "making the folder, the keys and the database",
    "sync": "syncing people, functions and competencies from the workbook",
    "trainings": "syncing the training catalogue",
    "accounts": "signing in owners and supervisors",
    "links": "building the link index",
    "plans": "writing plans and agreement sheets as their owners",
    "conversations": "planning conversations",
    "invitations": "sending invitations to the mail folder",
}


@main.command(short_help="Run the whole job on an invented employer.")
@click.option("--no-serve", is_flag=True, help="Stop when the job is done, without the pages.")
@click.option("--json", "as_json", is_flag=True, help="End the job with one line of JSON on stdout.")
@click.option("--folder", type=click.Path(path_type=Path), default=Path(".demo"), show_default=True)
@click.option("--port", type=click.IntRange(1, 65535), default=8080, show_default=True, help="Or the next free one.")
def demo(no_serve: bool, as_json: bool, folder: Path, port: int) -> None:
    """Run the whole job on an invented employer, in a folder of its own that each run resets, and serve the pages."""
    with ExitStack() as held:  # until the pages stop: another run would empty the folder under them
        try:
            with foreign_errors_as_ours():
                held.enter_context(hold_folder(folder))
                chosen = port if no_serve else free_port(port)
                with _progress() as progress:
                    result = run_demo(folder, chosen, progress)
        except PopError as error:
            if as_json:
                print_json({"ok": False, "error": type(error).__name__, "message": error.sentence()})
            click.echo(f"pop: {error}", err=True)
            sys.exit(1)
        _tell(result, folder)
        if as_json:
            print_json(result.as_json())
        if not no_serve:
            serve(result.settings, result.settings.server.host, chosen, demo=True)


def _tell(result: DemoResult, folder: Path) -> None:
    """What was done, in words, on stderr: stdout is for the one line of JSON."""
    sync, season = result.sync, result.season
    lines = [
        f"Synced {sync.read} HR records: {sync.new} new, {sync.quarantined} in quarantine.",
        *(f"In quarantine on purpose: {line}" for line in result.quarantine),
        f"{result.trainings} trainings; {result.links} links from goals to competencies and trainings.",
        f"{season.planned} conversations planned, {season.unplanned} without a slot (HR sees why).",
        f"{season.invitations} invitations written, {result.sent} mails in {folder / 'mail'}.",
    ]
    for line in lines:
        click.echo(line, err=True)


@contextmanager
def _progress() -> Iterator[DemoProgress]:
    """A bar per step on a terminal, else one line per step."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _print_step
        return
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as bars:
        overall = bars.add_task("pop demo", total=len(STEPS))
        tasks = {name: bars.add_task(_WORDS[name], total=None, visible=False) for name in STEPS}

        def show(name: str, done: int, total: int | None) -> None:
            for number, earlier in enumerate(STEPS[: STEPS.index(name)]):
                bars.update(tasks[earlier], total=1, completed=1, visible=False)
                bars.update(overall, completed=number + 1)
            bars.update(tasks[name], completed=done, total=total, visible=True)

        yield show
        for task in tasks.values():
            bars.update(task, visible=False)
        bars.update(overall, completed=len(STEPS))


def _print_step(name: str, done: int, total: int | None) -> None:
    if done == 0 and total is None:
        click.echo(f"[{STEPS.index(name) + 1}/{len(STEPS)}] {_WORDS[name]}", err=True)
