"""`pop mapping`: the files that say how a system is read, and the tools to write one."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import click

from connector.cli import main, settings_of
from connector.cli.mapping_output import opened, read_memory, show_drift, show_trials, write_memory
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.errors import ConfigurationError
from connector.mapping_files import SHIPPED, MappingFolders
from connector.services.mapping_drift import find_drift
from connector.services.mapping_recordings import record_sample
from connector.services.mapping_trials import try_mapping
from connector.services.mappings import Finding, MappingInfo, check_mapping, list_mappings
from connector.sync.mapping_docs import mapping_docs

_JSON = click.option("--json", "as_json", is_flag=True, help="JSON on stdout.")


@main.group(short_help="The files that say how a system is read.")
def mapping() -> None:
    """The files that say how a system is read, and the tools to write one. mappings/README.md explains them."""


@mapping.command("list", short_help="Show all mappings, and how far each is proved.")
@_JSON
@click.pass_context
def list_(context: click.Context, as_json: bool) -> None:
    """Show all mappings, and how far each is proved: paper, bronze, silver, gold or platinum."""
    infos = list_mappings(OPERATOR, _folders(context))
    if as_json:
        print_json([asdict(info) for info in infos])
    else:
        headings = ["mapping", "title", "protocol", "grade", "known limits", "of"]
        print_table(headings, [_row(info) for info in infos])
        click.echo(f"The files that come with POP connector: {SHIPPED}")


@mapping.command(short_help="Say everything that is wrong in a mapping.")
@click.argument("name")
@_JSON
@click.pass_context
def check(context: click.Context, name: str, as_json: bool) -> None:
    """Say everything that is wrong in the mapping NAME, or in the file at that path (which ends in .toml).

    Exit code 0: it can be used. 1: it cannot.
    """
    found = check_mapping(OPERATOR, _folders(context), name)
    if as_json:
        print_json({"ok": not found.errors, **asdict(found)})
    else:
        for finding in found.errors:
            click.echo(f"{found.path}:{finding.line}: {_sentence(finding)}")
        for finding in found.warnings:
            click.echo(f"{found.path}:{finding.line}: to look at: {_sentence(finding)}")
        click.echo(f"{found.name}: {_many(found.errors, 'error')}, {_many(found.warnings, 'thing')} to look at")
    sys.exit(1 if found.errors else 0)


@mapping.command(short_help="Print the guide to writing a mapping.")
def docs() -> None:
    """Print the guide to writing a mapping, made from the same tables that check one."""
    click.echo(mapping_docs(), nl=False)


@mapping.command("try", short_help="Show a few real records: theirs, ours, and what would change.")
@click.argument("source")
@click.option("--resource", metavar="NAME", help="Only this resource of the mapping.")
@click.option("--limit", type=click.IntRange(1, 100), default=10, show_default=True, help="Records of each resource.")
@_JSON
@click.pass_context
def try_(context: click.Context, source: str, resource: str | None, limit: int, as_json: bool) -> None:
    """Read a few records of SOURCE and show, field by field, what it says, what we make of it and what would change.

    Nothing is written or logged; what is shown is of real people. Exit code 2: a record or resource needs a look.
    """
    with opened(context) as installation:
        found = try_mapping(OPERATOR, installation, source, resource=resource, limit=limit)
    if as_json:
        print_json([asdict(one) for one in found])
    else:
        show_trials(found)
    sys.exit(2 if any(one.refused or any(trial.action == "quarantine" for trial in one.trials) for one in found) else 0)


@mapping.command(short_help="Save the answers of a source as a sample, without its people.")
@click.argument("source")
@click.option("--to", "folder", required=True, type=click.Path(path_type=Path), help="The folder of the sample.")
@_JSON
@click.pass_context
def record(context: click.Context, source: str, folder: Path, as_json: bool) -> None:
    """Read all of SOURCE and save its answers as a sample for the tests of its mapping.

    Only what the mapping names is kept; names, addresses, numbers and texts are replaced by invented ones.
    """
    with opened(context) as installation:
        found = record_sample(OPERATOR, installation, source, folder)
    if as_json:
        print_json({"ok": True, **asdict(found)})
        return
    click.echo(f"{found.answers} answers in {found.folder}")
    print_table(["resource", "records"], [[name, str(count)] for name, count in found.records.items()])
    click.echo("Read source.json and answers.json before you share them.", err=True)


@mapping.command(short_help="Say which fields a source has gained, lost or changed.")
@click.argument("source")
@click.option("--memory", type=click.Path(path_type=Path), help="What was offered last time; else in offered/ here.")
@_JSON
@click.pass_context
def drift(context: click.Context, source: str, memory: Path | None, as_json: bool) -> None:
    """Compare the fields that SOURCE offers with those of the last look, and with those that its mapping uses.

    Exit code 2: something that the mapping uses is gone. Only names and kinds of fields are kept for the next time.
    """
    path = memory or settings_of(context).folder / "offered" / f"{source}.json"
    with opened(context) as installation:
        found = find_drift(OPERATOR, installation, source, read_memory(path))
    write_memory(path, found.offers)
    if as_json:
        drifts = [asdict(one) for one in found.drifts]
        print_json({"ok": found.is_safe, "mapping": found.mapping, "resources": drifts, "refused": found.refused})
    else:
        show_drift(found)
    sys.exit(0 if found.is_safe else 2)


def _folders(context: click.Context) -> MappingFolders:
    """With settings also the operator's own folder; a mapping can be written before there is an installation."""
    try:
        return MappingFolders(settings_of(context).mappings.folder)
    except ConfigurationError:
        if context.find_root().obj is not None:
            raise
        return MappingFolders()


def _row(info: MappingInfo) -> list[str]:
    name = f"{info.family}/{info.name}"
    owner = "POP connector" if info.path.is_relative_to(SHIPPED) else "this installation"
    if info.error:
        return [name, info.error, "", "", "", owner]
    return [name, info.title, info.protocol, info.grade, str(len(info.known_limits)), owner]


def _many(found: Sequence[Finding], word: str) -> str:
    return f"{len(found)} {word}" if len(found) == 1 else f"{len(found)} {word}s"


def _sentence(finding: Finding) -> str:
    place = f"{finding.place}: " if finding.place else ""
    return f"{place}{finding.what}{'. ' + finding.todo if finding.todo else ''}"
