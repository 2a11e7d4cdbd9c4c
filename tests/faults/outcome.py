"""What a fault did, in counts: how often it was taken, what may not happen, and what happened besides."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


def none_of(*names: str) -> Counter[str]:
    """Counts that begin at zero, and are told as zero."""
    return Counter(dict.fromkeys(names, 0))


@dataclass(slots=True)
class Outcome:
    """`wrong` must all be zero; `told` says how the attempts ended."""

    name: str
    times: int = 0
    wrong: Counter[str] = field(default_factory=Counter)
    told: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)  # what was wrong, for whoever mends it

    @property
    def is_good(self) -> bool:
        return not self.wrong.total()

    @property
    def line(self) -> str:
        wrong = ", ".join(f"{count} {what}" for what, count in self.wrong.items()) or "nothing wrong"
        told = ", ".join(f"{count} {what}" for what, count in sorted(self.told.items()))
        return f"{self.name}: {self.times} times; {wrong}" + (f" ({told})" if told else "")
