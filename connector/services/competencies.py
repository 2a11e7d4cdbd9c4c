"""Competency frameworks: bringing the official files in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from connector.domain.access import Act, Actor, require
from connector.errors import InputError
from connector.linking.framework_content import BrokenRow, FrameworkContent, Progress, gather
from connector.linking.framework_file import FrameworkFile, open_framework_file
from connector.linking.framework_mapping import FrameworkRule, read_framework_mapping
from connector.linking.framework_store import Counts, FrameworkHead, FrameworkWriter
from connector.linking.indexing import index_competencies
from connector.services.audit import record_act
from connector.services.installation import Installation
from connector.services.linking import reindex
from connector.store.hr import Training


@dataclass(frozen=True, slots=True)
class ImportReport:
    """`versions` by framework; `rows` read = used + `left_aside` + broken; `broken` names file, line and reason."""

    versions: dict[str, str]
    rows: int
    left_aside: int
    broken: tuple[BrokenRow, ...]
    counts: Counts


def import_competencies(
    actor: Actor,
    installation: Installation,
    name: str,
    paths: Sequence[Path],
    *,
    language: str | None = None,
    version: str | None = None,
    may_retire: bool = False,
    progress: Progress = lambda _done, _total: None,
) -> ImportReport:
    """Import files of one framework in one transaction, then bring the index and the ties of trainings up to date.

    `name` is a file of mappings/competencies. InputError for a file that is not one of its kinds, GuardError when
    more competencies would end than a person should let pass unseen; then nothing is written.
    """
    require(actor, Act.MANAGE)
    mapping = read_framework_mapping(installation.mappings.load("competencies", name))
    if not paths:
        raise InputError("no file was given", where=name)
    files = [open_framework_file(path, mapping, language) for path in paths]
    content = gather(files, progress)
    heads = {
        code: _head(code, rule, files, version) for code, rule in mapping.frameworks.items() if _is_used(code, content)
    }
    with installation.store.begin() as session:
        writer = FrameworkWriter(session, installation.clock())
        for code, concepts in content.concepts.items():
            writer.write_own(heads[code], concepts, content.complete.get(code, set()), may_retire=may_retire)
        for code, concepts in content.guests.items():
            writer.write_guests(heads[code], concepts)
        writer.write_relations(content)
        session.flush()  # what was retired must be out of the index
        if writer.counts.has_changes:
            index_competencies(session, None)
            record_act(session, actor, "import_competencies", f"framework:{name}", at=installation.clock())
    if writer.counts.has_changes:
        _reindex_trainings(actor, installation)
    return ImportReport(
        versions={mapping.frameworks[code].name: head.version for code, head in heads.items()},
        rows=content.rows,
        left_aside=content.left_aside,
        broken=tuple(content.broken),
        counts=writer.counts,
    )


def _reindex_trainings(actor: Actor, installation: Installation) -> None:
    with installation.store.read() as session:
        employers = session.scalars(select(Training.employer_id).distinct().order_by(Training.employer_id)).all()
    for employer_id in employers:
        reindex(actor, installation, employer_id)


def _is_used(code: str, content: FrameworkContent) -> bool:
    return code in content.concepts or code in content.guests


def _head(code: str, rule: FrameworkRule, files: list[FrameworkFile], version: str | None) -> FrameworkHead:
    if rule.version_cell is None:
        return FrameworkHead(code, rule.name, version or rule.version or "", rule.attribution)
    cells = [file.block[rule.version_cell] for file in files if file.block.get(rule.version_cell)]
    if not cells:
        raise InputError(
            f"the cell {rule.version_cell!r} above the header is missing",
            where=", ".join(file.path.name for file in files),
            todo="Give the file as it was downloaded.",
        )
    return FrameworkHead(code, rule.name, cells[0][:30], rule.attribution)
