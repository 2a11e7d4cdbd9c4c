"""Words for levels: people read "zelfstandig", never a bare number."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from connector.store.facts import holds
from connector.store.hr import Job, JobRequirement


def level_words(session: Session, employer_id: int, on: date) -> dict[int, str]:
    """Level (0-100) -> the word that the job profiles of an employer use most for it."""
    times = func.count()
    rows = session.execute(
        select(JobRequirement.level, JobRequirement.level_label)
        .join(Job, Job.id == JobRequirement.job_id)
        .where(
            Job.employer_id == employer_id,
            holds(JobRequirement, on),
            JobRequirement.level.is_not(None),
            JobRequirement.level_label.is_not(None),
        )
        .group_by(JobRequirement.level, JobRequirement.level_label)
        .order_by(times, JobRequirement.level_label.desc())
    )
    return {level: word for level, word in rows if level is not None and word is not None}
