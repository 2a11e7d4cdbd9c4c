"""What a run did, in numbers that add up: read = new + changed + same + quarantined + waiting + out_of_scope."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields
from typing import Any


@dataclass(slots=True)
class Counts:
    """Records of one resource in one scan. `received` is what the source sent, `read` those that are records of this
    resource; `missing` and `left` are people or things, not records read."""

    received: int = 0
    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    quarantined: int = 0
    waiting: int = 0
    out_of_scope: int = 0
    missing: int = 0
    left: int = 0

    def add(self, other: Counts) -> None:
        for spec in fields(self):
            setattr(self, spec.name, getattr(self, spec.name) + getattr(other, spec.name))

    @property
    def adds_up(self) -> bool:
        parts = self.new + self.changed + self.same + self.quarantined + self.waiting + self.out_of_scope
        return self.read == parts

    def as_dict(self) -> dict[str, int]:
        return {spec.name: getattr(self, spec.name) for spec in fields(self)}


def counts_from(stored: dict[str, Any]) -> Counts:
    """Counts as a scan row keeps them."""
    return Counts(**{spec.name: int(stored.get(spec.name, 0)) for spec in fields(Counts)})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One difference that a run found; `field` is None for a record that is new or missing."""

    resource: str
    key: str
    action: str
    field: str | None
    old: Any
    new: Any
    cause: str


def in_both(field: str, column: str | None) -> str:
    """A field by our name, and by that of the source where it has another: `fte (deeltijds)`."""
    return f"{field} ({column})" if field and column and column != field else field


@dataclass(frozen=True, slots=True)
class RecordProblem:
    """Why a record was not taken over, or not wholly. It names field and kind, never the value."""

    resource: str
    key: str
    field: str
    reason: str

    @property
    def needs_a_word(self) -> bool:
        """Whether it waits for a person to say whom it speaks of."""
        return "`pop review`" in self.reason

    @property
    def sentence(self) -> str:
        return self.with_column(None)

    def with_column(self, column: str | None) -> str:
        """The sentence, with what the source calls the field beside our name of it."""
        name = "a record without a key" if self.key.startswith("?") else self.key
        field = f"{in_both(self.field, column)}: " if self.field else ""
        return f"{self.resource} {name}: {field}{self.reason}"


@dataclass(frozen=True, slots=True)
class RunReport:
    """A run as people quote it. `state` is done or waits; `is_plan` while nothing of it has been written."""

    number: int
    source: str
    state: str
    message: str | None
    resources: dict[str, Counts]
    targets: dict[str, str]
    changes: list[FieldChange] = field(default_factory=list)
    problems: list[RecordProblem] = field(default_factory=list)
    is_plan: bool = False

    @property
    def totals(self) -> Counts:
        total = Counts()
        for counts in self.resources.values():
            total.add(counts)
        return total

    def as_json(self) -> dict[str, Any]:
        return {
            "ok": self.state == "done",
            "plan": self.is_plan,
            "run": self.number,
            "source": self.source,
            "state": self.state,
            "message": self.message,
            "total": self.totals.as_dict(),
            "resources": {name: counts.as_dict() for name, counts in self.resources.items()},
            "changes": [asdict(change) for change in self.changes],
            "problems": [asdict(problem) for problem in self.problems],
        }
