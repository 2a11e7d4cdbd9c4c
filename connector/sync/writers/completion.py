"""How far people came in trainings. What somebody has finished stays known: systems drop the records of leavers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from connector.store.learning import TrainingRecord
from connector.sync.writers.base import Item, Newcomer, Unresolved, Writing


class CompletionWriter:
    references: Mapping[str, str] = {"person": "employee", "training": "training"}
    has_identity = False
    identified_by: tuple[str, ...] = ()

    def identify(self, writing: Writing, new: Sequence[Newcomer]) -> dict[str, int]:
        return {}

    def prefetch(self, writing: Writing, items: Sequence[Item]) -> None:
        writing.facts.prefetch(TrainingRecord, [(item.record_id,) for item in items])

    def write(self, writing: Writing, item: Item) -> list[str]:
        ids: dict[str, int] = {}
        for name, target in self.references.items():
            found = writing.ids(target).get(item.mapped[name])
            if found is None:
                raise Unresolved(name)
            ids[f"{name}_id"] = found
        completed_on, progress = item.day("completed_on"), item.mapped.get("progress")
        values = {
            **ids,
            "completed_on": completed_on,
            "result": item.mapped.get("result"),
            "progress": Decimal(progress).quantize(Decimal("0.01")) if progress is not None else None,
        }
        today = writing.context.today
        since = min(completed_on, today) if completed_on is not None else today
        writing.facts.rewrite(TrainingRecord, {"record_id": item.record_id}, [(since, values)], item.record_id)
        return []

    def end(self, writing: Writing, item: Item, absent: str) -> None:
        is_done = item.mapped.get("completed_on") or item.mapped.get("result")
        if absent in ("ended", "left") and not is_done:
            writing.facts.end_record(TrainingRecord, item.record_id, writing.context.today)
