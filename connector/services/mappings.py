"""The mapping files of an installation: which there are, and what is wrong in one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from connector.domain.access import Act, Actor, require
from connector.errors import MappingError
from connector.mapping_files import SHIPPED, MappingFile, MappingFolders
from connector.sync.mapping import read_mapping
from connector.sync.mapping_check import Problem, checked_tables
from connector.sync.mapping_warnings import warnings_of
from connector.sync.protocol_options import option_problems
from connector.sync.toml_lines import line_of

FAMILIES = ("hr", "catalogues")


@dataclass(frozen=True, slots=True)
class MappingInfo:
    """One mapping file. `error` says why it cannot be used, and then the rest but name and path is empty."""

    family: str
    name: str
    title: str
    protocol: str
    grade: str
    known_limits: tuple[str, ...]
    path: Path
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at: `line` is that of the file, from 1."""

    line: int
    place: str
    what: str
    todo: str


@dataclass(frozen=True, slots=True)
class MappingCheck:
    """What is wrong (the mapping cannot be used), and what is allowed but seldom meant."""

    name: str
    path: Path
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...]


def list_mappings(actor: Actor, folders: MappingFolders) -> list[MappingInfo]:
    """All mappings of systems and catalogues, an operator's own before ours."""
    require(actor, Act.SYNC)
    return [_info(folders, family, name) for family in FAMILIES for name in folders.names(family)]


def check_mapping(actor: Actor, folders: MappingFolders, name: str) -> MappingCheck:
    """Check a mapping by its name, or the file at a path; MappingError when there is none, or it is not TOML."""
    require(actor, Act.SYNC)
    is_path = name.endswith(".toml")
    file = folders.open(Path(name)) if is_path else folders.find(name)
    text = file.path.read_text(encoding="utf-8")
    _, problems = checked_tables(file.content)
    problems += option_problems(file.content)
    errors = sorted((_finding(text, problem) for problem in problems), key=lambda found: found.line)
    warnings = [] if errors else [_finding(text, problem) for problem in warnings_of(read_mapping(file))]
    if not _has_sample(file):
        todo = "`pop mapping record SOURCE --to FOLDER` makes one." if not errors else ""
        warnings.append(Finding(1, "", f"there is no sample in {_sample_folder(file)}", todo))
    return MappingCheck(f"{file.family}/{file.name}", file.path, tuple(errors), tuple(warnings))


def _info(folders: MappingFolders, family: str, name: str) -> MappingInfo:
    path, error = Path(), ""
    content: dict[str, Any] = {}
    try:
        file = folders.load(family, name)
        path, content = file.path, file.content
        mapping = read_mapping(file)
    except MappingError as problem:
        error = problem.sentence()
        return MappingInfo(family, name, str(content.get("title", "")), "", "", (), path, error)
    return MappingInfo(family, name, mapping.title, mapping.protocol, mapping.grade, mapping.known_limits, path)


def _finding(text: str, problem: Problem) -> Finding:
    return Finding(line_of(text, problem.place), problem.dotted, problem.what, problem.todo)


def _sample_folder(file: MappingFile) -> Path:
    """Beside the families of the folder it is in; for those that we ship: among the tests of a checkout."""
    root = file.path.resolve().parent.parent
    tests = root.parent / "tests" if root == SHIPPED.resolve() else root
    return tests / "samples" / file.family / file.name


def _has_sample(file: MappingFile) -> bool:
    folder = _sample_folder(file)
    is_installed = file.path.resolve().parent.parent == SHIPPED.resolve() and not folder.parent.is_dir()
    return is_installed or folder.is_dir()
