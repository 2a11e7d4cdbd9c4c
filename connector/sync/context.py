"""What every step of one run needs to know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class RunContext:
    """`today` is the day at the employer, `at` the moment the run began: the moment its facts are believed from."""

    source_id: int
    source_name: str
    employer_id: int
    employer_code: str
    language: str
    run_id: int
    at: datetime
    today: date
    is_first: bool  # the source never completed a run: what it brings is not news (nobody was hired today)
