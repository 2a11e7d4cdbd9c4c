"""Writing a framework: what the files say against what is there. Bulk statements, for there are thousands of rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from connector.errors import GuardError
from connector.linking.framework_content import Concept, FrameworkContent, Ref, Words
from connector.store.base import Base
from connector.store.competencies import Competency, CompetencyFramework, CompetencyLabel, CompetencyRelation

_AT_ONCE = 500
_FEW = 20  # so many may end in one import without a person's yes
_SHARE = 0.1


@dataclass(slots=True)
class Counts:
    """Competencies of the import's own frameworks, and relations. `unknown_relations` point at nothing that is here."""

    new: int = 0
    changed: int = 0
    same: int = 0
    retired: int = 0
    guests: int = 0
    new_relations: int = 0
    gone_relations: int = 0
    unknown_relations: int = 0

    @property
    def has_changes(self) -> bool:
        return bool(self.new or self.changed or self.retired or self.guests or self.new_relations + self.gone_relations)


@dataclass(frozen=True, slots=True)
class FrameworkHead:
    code: str
    name: str
    version: str
    attribution: str | None


class FrameworkWriter:
    """One import, in one transaction."""

    def __init__(self, session: Session, at: datetime) -> None:
        self._session = session
        self._at = at
        self._ids: dict[str, dict[str, int]] = {}
        self.counts = Counts()

    def write_own(
        self, head: FrameworkHead, concepts: Mapping[str, Concept], complete: set[str | None], *, may_retire: bool
    ) -> None:
        """Concepts that the files are the authority on. GuardError when more would end than a person should miss."""
        framework = self._framework(head, is_guest=False)
        rows = self._rows(framework.id)
        self._insert(framework.id, {code: each for code, each in concepts.items() if code not in rows})
        standing = self._words(framework.id, {language for each in concepts.values() for language, _, _ in each.words})
        stale: list[int] = []
        fresh: list[dict[str, Any]] = []
        for code, concept in concepts.items():
            row = rows.get(code)
            words = standing[row.id] if row else {}
            gone = [number for word, number in words.items() if word not in concept.words]
            come = sorted(concept.words - set(words))
            stale += gone
            fresh += [_label(self._ids[head.code][code], word) for word in come]
            self._count(row, concept, bool(gone or come))
        self._retire(rows, concepts, complete, head.name, may_retire=may_retire)
        self._delete(CompetencyLabel, stale)
        self._bulk(CompetencyLabel, fresh)

    def write_guests(self, head: FrameworkHead, concepts: Mapping[str, Concept]) -> None:
        """Concepts of another framework: added when they are missing, worded when they have no words, else left."""
        framework = self._framework(head, is_guest=True)
        rows = self._rows(framework.id)
        missing = {code: each for code, each in concepts.items() if code not in rows}
        self._insert(framework.id, missing)
        self.counts.guests += len(missing)
        languages = {language for each in concepts.values() for language, _, _ in each.words}
        standing = self._words(framework.id, languages)
        fresh = []
        for code, concept in concepts.items():
            number = self._ids[head.code][code]
            spoken = {language for language, _, is_preferred in standing[number] if is_preferred}
            fresh += [_label(number, word) for word in sorted(concept.words) if word[0] not in spoken]
        self._bulk(CompetencyLabel, fresh)

    def write_relations(self, content: FrameworkContent) -> None:
        """What the files say of a concept's relations takes the place of what was said of that concept before."""
        wanted: set[tuple[int, int, str]] = set()
        starts: set[int] = set()
        for start, end, kind in content.relations:
            from_id, to_id = self._id(start), self._id(end)
            if from_id is None or to_id is None:
                self.counts.unknown_relations += 1
                continue
            starts.add(from_id)
            wanted.add((from_id, to_id, kind))
        kinds = {kind for _, _, kind in content.relations}
        standing = self._standing_relations(starts, kinds)
        gone = [number for relation, number in standing.items() if relation not in wanted]
        come = sorted(wanted - set(standing))
        self._delete(CompetencyRelation, gone)
        self._bulk(CompetencyRelation, [{"from_id": a, "to_id": b, "kind": kind} for a, b, kind in come])
        self.counts.new_relations, self.counts.gone_relations = len(come), len(gone)

    def _framework(self, head: FrameworkHead, *, is_guest: bool) -> CompetencyFramework:
        row = self._session.scalar(
            select(CompetencyFramework).where(
                CompetencyFramework.code == head.code, CompetencyFramework.employer_id.is_(None)
            )
        )
        if row is None:
            row = CompetencyFramework(code=head.code, version=head.version, name=head.name, imported_at=self._at)
            row.attribution = head.attribution
            self._session.add(row)
            self._session.flush()  # its concepts refer to it
        elif not is_guest and (row.version, row.name, row.attribution) != (head.version, head.name, head.attribution):
            row.version, row.name, row.attribution = head.version, head.name, head.attribution
            row.imported_at = self._at
        self._ids.setdefault(head.code, {})
        return row

    def _rows(self, framework_id: int) -> dict[str, Competency]:
        rows = self._session.scalars(select(Competency).where(Competency.framework_id == framework_id))
        return {row.code: row for row in rows}

    def _insert(self, framework_id: int, concepts: Mapping[str, Concept]) -> None:
        code = self._session.get_one(CompetencyFramework, framework_id).code
        self._bulk(
            Competency,
            [
                {
                    "framework_id": framework_id,
                    "code": each,
                    "kind": concept.kind,
                    "retired_at": self._at if concept.is_retired else None,
                }
                for each, concept in concepts.items()
            ],
        )
        rows = self._session.execute(
            select(Competency.code, Competency.id).where(Competency.framework_id == framework_id)
        )
        self._ids[code].update({row.code: row.id for row in rows})

    def _count(self, row: Competency | None, concept: Concept, has_other_words: bool) -> None:
        if row is None:
            self.counts.new += 1
            return
        is_other = row.kind != concept.kind or (row.retired_at is not None) != concept.is_retired
        if is_other:
            row.kind = concept.kind
            row.retired_at = self._at if concept.is_retired else None
        if is_other or has_other_words:
            self.counts.changed += 1
        else:
            self.counts.same += 1

    def _retire(
        self,
        rows: Mapping[str, Competency],
        concepts: Mapping[str, Concept],
        complete: set[str | None],
        name: str,
        *,
        may_retire: bool,
    ) -> None:
        held = {code: row for code, row in rows.items() if row.retired_at is None and row.kind in complete}
        gone = [row for code, row in held.items() if code not in concepts]
        if len(gone) > max(_FEW, _SHARE * len(held)) and not may_retire:
            raise GuardError(
                f"{len(gone)} of {len(held)} competencies are not in these files any more",
                where=name,
                tried="nothing was written",
                todo="Look whether the files are whole; if they are, import again with --retire.",
            )
        for row in gone:
            row.retired_at = self._at
        self.counts.retired += len(gone)

    def _words(self, framework_id: int, languages: set[str]) -> defaultdict[int, dict[Words, int]]:
        found: defaultdict[int, dict[Words, int]] = defaultdict(dict)
        rows = self._session.execute(
            select(
                CompetencyLabel.competency_id,
                CompetencyLabel.id,
                CompetencyLabel.language,
                CompetencyLabel.text,
                CompetencyLabel.is_preferred,
            )
            .join(Competency, Competency.id == CompetencyLabel.competency_id)
            .where(Competency.framework_id == framework_id, CompetencyLabel.language.in_(languages))
        )
        for competency_id, number, language, text, is_preferred in rows:
            found[competency_id][(language, text, is_preferred)] = number
        return found

    def _id(self, ref: Ref) -> int | None:
        framework, code = ref
        if framework not in self._ids:
            rows = self._session.execute(
                select(Competency.code, Competency.id)
                .join(CompetencyFramework, CompetencyFramework.id == Competency.framework_id)
                .where(CompetencyFramework.code == framework, CompetencyFramework.employer_id.is_(None))
            )
            self._ids[framework] = {row.code: row.id for row in rows}
        return self._ids[framework].get(code)

    def _standing_relations(self, starts: set[int], kinds: set[str]) -> dict[tuple[int, int, str], int]:
        found: dict[tuple[int, int, str], int] = {}
        for part in _parts(sorted(starts)):
            rows = self._session.scalars(
                select(CompetencyRelation).where(
                    CompetencyRelation.from_id.in_(part), CompetencyRelation.kind.in_(kinds)
                )
            )
            found.update({(row.from_id, row.to_id, row.kind): row.id for row in rows})
        return found

    def _delete(self, model: type[CompetencyLabel | CompetencyRelation], numbers: list[int]) -> None:
        for part in _parts(numbers):
            self._session.execute(delete(model).where(model.id.in_(part)))

    def _bulk(self, model: type[Base], rows: list[dict[str, Any]]) -> None:
        if rows:
            self._session.execute(insert(model), rows)


def _label(competency_id: int, word: Words) -> dict[str, Any]:
    language, text, is_preferred = word
    return {"competency_id": competency_id, "language": language, "text": text, "is_preferred": is_preferred}


def _parts(numbers: list[int]) -> Iterable[list[int]]:
    for start in range(0, len(numbers), _AT_ONCE):
        yield numbers[start : start + _AT_ONCE]
