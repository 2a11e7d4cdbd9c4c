"""What every step of one run needs to know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy.orm import Session

from connector.sync.runs import renew


@dataclass(frozen=True, slots=True)
class RunContext:
    """`today` is the day at the employer. `at` is the moment when the run began to read, and once it writes, when it
    began to write: its facts are believed from then on."""

    source_id: int
    source_name: str
    employer_id: int
    employer_code: str
    language: str
    run_id: int
    at: datetime
    today: date
    is_first: bool  # the source never completed a run: what it brings is not news (nobody was hired today)
    # Fields of employees that another source, named here by its id, says first (design: field ownership).
    led_by: Mapping[int, frozenset[str]] = field(default_factory=dict)

    def renew(self, session: Session, now: datetime) -> None:
        """Say that this process is still at work; ConflictError when another one has taken the run over."""
        renew(session, self.run_id, now)
