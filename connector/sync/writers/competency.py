"""Competencies, what a job asks of them, and what a person has of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connector.store.base import Bitemporal
from connector.store.hr import CompetencyRating, JobRequirement
from connector.sync.identities import competency_named
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing

_LEVEL = ("scale", "level", "level_label")


class CompetencyWriter:
    references: Mapping[str, str] = {}
    has_identity = True
    identified_by: tuple[str, ...] = ("label", "language")

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        context = writing.context
        return {
            one.key: competency_named(
                writing.session, context, one.key, one.mapped["label"], one.mapped.get("language") or context.language
            )
            for one in new
        }

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        """A competency has no facts."""

    def write(self, writing: Writing, item: Item) -> list[str]:
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        """A competency outlives the list that named it: goals and ratings still speak of it."""


class RequirementWriter:
    references: Mapping[str, str] = {"job": "job", "competency": "competency"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        _prefetch(writing, items, JobRequirement, "job", "job")

    def write(self, writing: Writing, item: Item) -> list[str]:
        job_id = writing.ids("job").get(item.mapped["job"])
        if job_id is None:
            raise Unresolved("job")
        weight = item.mapped.get("weight")
        writing.facts.believe(
            JobRequirement,
            {"job_id": job_id, "competency_id": _competency(writing, item)},
            {
                **{name: item.mapped.get(name) for name in _LEVEL},
                "weight": Decimal(weight).quantize(Decimal("0.001")) if weight is not None else None,
            },
            writing.context.today,
            item.record_id,
        )
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.facts.end_record(JobRequirement, item.record_id, writing.context.today)


class RatingWriter:
    references: Mapping[str, str] = {"person": "employee", "competency": "competency"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        _prefetch(writing, items, CompetencyRating, "person", "employee")

    def write(self, writing: Writing, item: Item) -> list[str]:
        person_id = writing.ids("employee").get(item.mapped["person"])
        if person_id is None:
            raise Unresolved("person")
        assessed = item.day("assessed_on")
        writing.facts.believe(
            CompetencyRating,
            {"person_id": person_id, "competency_id": _competency(writing, item)},
            {
                **{name: item.mapped.get(name) for name in _LEVEL},
                "assessed_on": assessed,
                "basis": item.mapped.get("basis"),
            },
            assessed or writing.context.today,
            item.record_id,
        )
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        if absent in ("ended", "left"):
            writing.facts.end_record(CompetencyRating, item.record_id, writing.context.today)


def _prefetch(writing: Writing, items: Sequence[Item], model: type[Bitemporal], field: str, target: str) -> None:
    holders, competencies = writing.ids(target), writing.ids("competency")
    pairs = [(holders.get(item.mapped[field]), competencies.get(item.mapped["competency"])) for item in items]
    writing.facts.prefetch(model, [pair for pair in pairs if None not in pair])


def _competency(writing: Writing, item: Item) -> int:
    """The competency that a record refers to; one that is only named here is made."""
    key = item.mapped["competency"]
    ids = writing.ids("competency")
    found = ids.get(key)
    if found is None:
        label = item.mapped.get("competency_label") or key
        found = competency_named(writing.session, writing.context, key, label, writing.context.language)
        ids.add(key, found)
    return found
