"""`pop mapping`: the files that say how a system is read, and the tools to write one."""

from __future__ import annotations

import sys
from dataclasses import asdict

import click

from connector.cli import main, settings_of
from connector.cli.output import print_json, print_table
from connector.cli.token import OPERATOR
from connector.errors import ConfigurationError
from connector.mapping_files import MappingFolders
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
        headings = ["family", "name", "title", "protocol", "grade", "known limits", "file"]
        print_table(headings, [_row(info) for info in infos])


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
        click.echo(f"{found.name}: {len(found.errors)} errors, {len(found.warnings)} things to look at")
    sys.exit(1 if found.errors else 0)


@mapping.command(short_help="Print the guide to writing a mapping.")
def docs() -> None:
    """Print the guide to writing a mapping, made from the same tables that check one."""
    click.echo(mapping_docs(), nl=False)


def _folders(context: click.Context) -> MappingFolders:
    """With settings also the operator's own folder; a mapping can be written before there is an installation."""
    try:
        return MappingFolders(settings_of(context).mappings.folder)
    except ConfigurationError:
        if context.find_root().obj is not None:
            raise
        return MappingFolders()


def _row(info: MappingInfo) -> list[str]:
    if info.error:
        return [info.family, info.name, info.error, "", "", "", str(info.path)]
    limits = str(len(info.known_limits))
    return [info.family, info.name, info.title, info.protocol, info.grade, limits, str(info.path)]


def _sentence(finding: Finding) -> str:
    place = f"{finding.place}: " if finding.place else ""
    return f"{place}{finding.what}{'. ' + finding.todo if finding.todo else ''}"
