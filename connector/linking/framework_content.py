"""What the files of one import say together: concepts with their words, relations, and the rows that say neither."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from connector.errors import InputError
from connector.linking.framework_file import FrameworkFile, Row
from connector.linking.framework_mapping import ConceptRule, OnlyRule, RelationRule, ValueRule

_LONGEST_CODE = 200
_LONGEST_LABEL = 2_000

Words = tuple[str, str, bool]  # language, text, is preferred
Ref = tuple[str, str]  # framework, code
Relation = tuple[Ref, Ref, str]
Progress = Callable[[int, int], None]  # rows done, rows in all


class _RowError(Exception):
    """Why a row cannot be used, without the row's words."""


@dataclass(slots=True)
class Concept:
    kind: str | None
    is_retired: bool = False
    words: set[Words] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class BrokenRow:
    file: str
    line: int
    reason: str


@dataclass(slots=True)
class FrameworkContent:
    """`concepts[framework][code]`; `guests` are of frameworks that this import only quotes.

    `complete[framework]` are the kinds of concept of which the files hold all there are.
    """

    concepts: dict[str, dict[str, Concept]] = field(default_factory=dict)
    guests: dict[str, dict[str, Concept]] = field(default_factory=dict)
    relations: set[Relation] = field(default_factory=set)
    complete: dict[str, set[str | None]] = field(default_factory=dict)
    rows: int = 0
    left_aside: int = 0
    broken: list[BrokenRow] = field(default_factory=list)


def gather(files: Sequence[FrameworkFile], progress: Progress) -> FrameworkContent:
    """Read all rows of all files. A broken row is noted and the rest goes on; InputError for a language not given."""
    content = FrameworkContent()
    total = sum(len(file.rows) for file in files)
    for file in files:
        _check_language(file)
        for row in file.rows:
            content.rows += 1
            if content.rows % 500 == 0:
                progress(content.rows, total)
            try:
                _read_row(content, file, row)
            except _RowError as error:
                content.broken.append(BrokenRow(file.path.name, row.line, str(error)))
    progress(total, total)
    return content


def _check_language(file: FrameworkFile) -> None:
    labels = [label for concept in file.rule.concepts for label in concept.labels]
    if file.language is None and any(label.language is None for label in labels):
        raise InputError(
            "the language of this file is not known",
            where=file.path.name,
            todo="Give --language, e.g. --language nl.",
        )


def _read_row(content: FrameworkContent, file: FrameworkFile, row: Row) -> None:
    cells, rule = row.cells, file.rule
    if cells is None:
        raise _RowError("has not the cells that the header promises")
    if (rule.only and not _is_in(rule.only, cells)) or not (rule.concepts or rule.relations):
        content.left_aside += 1
        return
    if any("\x00" in cell for cell in cells.values()):
        raise _RowError("holds a character that is no text")
    # Read everything before keeping anything: half a row is worse than none.
    concepts = [(concept, *_concept(concept, cells, file.language or "")) for concept in rule.concepts]
    relations = [found for relation in rule.relations for found in _relations(relation, cells)]
    for concept_rule, code, concept in concepts:
        place = content.guests if concept_rule.is_guest else content.concepts
        known = place.setdefault(concept_rule.framework, {}).setdefault(code, concept)
        known.words |= concept.words
        if concept_rule.is_complete:
            content.complete.setdefault(concept_rule.framework, set()).update(_kinds(concept_rule))
    content.relations.update(relations)


def _concept(rule: ConceptRule, cells: Mapping[str, str], language: str) -> tuple[str, Concept]:
    code = _code(rule.code, cells)
    words: set[Words] = set()
    for label in rule.labels:
        cell = cells.get(label.column, "")
        parts = cell.split(label.separator) if label.separator else [cell]
        for text in (" ".join(part.split()) for part in parts):
            if len(text) > _LONGEST_LABEL:
                raise _RowError(f"has a label of more than {_LONGEST_LABEL} characters")
            if text:
                words.add((label.language or language, text, label.is_preferred))
    if not any(is_preferred for _, _, is_preferred in words):
        raise _RowError("has no preferred label")
    preferred = {(spoken, text) for spoken, text, is_preferred in words if is_preferred}
    words = {each for each in words if each[2] or (each[0], each[1]) not in preferred}
    kind = _value(rule.kind, cells) if rule.kind else None
    return code, Concept(kind, bool(rule.retired and _is_in(rule.retired, cells)), words)


def _kinds(rule: ConceptRule) -> set[str | None]:
    """Every kind that the concepts of such a file can have."""
    if rule.kind is None:
        return {None}
    return set((rule.kind.codes or {}).values()) or {rule.kind.value}


def _relations(rule: RelationRule, cells: Mapping[str, str]) -> list[Relation]:
    kind = _value(rule.kind, cells)
    if rule.path:
        steps = [cells[column].strip() for column in rule.path if cells.get(column, "").strip()]
        return [((rule.from_framework, steps[-1]), (rule.to_framework, steps[-2]), kind)] if len(steps) > 1 else []
    start, end = _code(rule.start or "", cells), _code(rule.end or "", cells)
    if (rule.from_framework, start) == (rule.to_framework, end):
        raise _RowError("relates a concept to itself")
    return [((rule.from_framework, start), (rule.to_framework, end), kind)]


def _code(column: str, cells: Mapping[str, str]) -> str:
    code = cells.get(column, "").strip()
    if not code:
        raise _RowError(f"has nothing in {column!r}")
    if len(code) > _LONGEST_CODE:
        raise _RowError(f"has more than {_LONGEST_CODE} characters in {column!r}")
    return code


def _value(rule: ValueRule, cells: Mapping[str, str]) -> str:
    if rule.value is not None:
        return rule.value
    found = cells.get(rule.column or "", "").strip()
    if rule.until:
        found = found.partition(rule.until)[0]
    if rule.codes is None:
        return found
    if found not in rule.codes:
        raise _RowError(f"has an unknown code in {rule.column!r}")
    return rule.codes[found]


def _is_in(rule: OnlyRule, cells: Mapping[str, str]) -> bool:
    return cells.get(rule.column, "").strip() in rule.values
