"""A development goal: what, how, result (R33). It may be kept while parts are still missing; nothing scores it."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

LONGEST = 4000  # characters of one text; a goal is a few sentences


class GoalState(StrEnum):
    OPEN = "open"
    REACHED = "reached"
    PARTLY = "partly"
    DROPPED = "dropped"

    @property
    def is_success(self) -> bool:
        """A goal that was reached in part counts as a success (R90)."""
        return self in (GoalState.REACHED, GoalState.PARTLY)


class ActivityState(StrEnum):
    PLANNED = "planned"
    BUSY = "busy"
    DONE = "done"
    DROPPED = "dropped"


class LearningForm(StrEnum):
    FORMAL = "formal"
    INFORMAL = "informal"


class Origin(StrEnum):
    """How a competency came to a goal: read out of its text, taken from a gap, or chosen by the owner."""

    TEXT = "text"
    GAP = "gap"
    OWNER = "owner"


@dataclass(frozen=True, slots=True)
class GoalDraft:
    """A goal in the owner's words. `priority` 1 comes first."""

    what: str
    how: str | None = None
    result: str | None = None
    priority: int = 1
    target_on: date | None = None

    @property
    def missing_parts(self) -> tuple[str, ...]:
        return missing_parts(self.what, self.how, self.result)


@dataclass(frozen=True, slots=True)
class ActivityDraft:
    """A way to a goal: a training of the catalogue, or anything on the job (R37)."""

    title: str
    learning_form: LearningForm = LearningForm.INFORMAL
    training_id: int | None = None
    due_on: date | None = None


def missing_parts(what: str, how: str | None, result: str | None) -> tuple[str, ...]:
    """Which of the three parts still lack a word."""
    parts = {"what": what, "how": how, "result": result}
    return tuple(name for name, text in parts.items() if text is None or not text.strip())


def goal_problems(draft: GoalDraft) -> dict[str, list[str]]:
    """What keeps this draft from being kept: field -> sentences. An incomplete goal is no problem."""
    problems = text_problems({"what": draft.what}, required=True)
    problems |= text_problems({"how": draft.how, "result": draft.result})
    if not 1 <= draft.priority <= 9:
        problems["priority"] = ["must be a number from 1 to 9"]
    return problems


def activity_problems(draft: ActivityDraft) -> dict[str, list[str]]:
    return text_problems({"title": draft.title}, required=True)


def text_problems(texts: Mapping[str, str | None], *, required: bool = False) -> dict[str, list[str]]:
    """Texts stay as they were said (R65): only emptiness, length and unreadable signs are refused, by field name."""
    found: dict[str, list[str]] = {}
    for name, text in texts.items():
        problems = []
        if required and not (text or "").strip():
            problems.append("is needed")
        if text is not None and len(text) > LONGEST:
            problems.append(f"is longer than {LONGEST} characters")
        if text is not None and any(_is_unreadable(sign) for sign in text):
            problems.append("holds a sign that cannot be stored")
        if problems:
            found[name] = problems
    return found


def _is_unreadable(sign: str) -> bool:
    return unicodedata.category(sign) in ("Cc", "Cs") and sign not in "\n\r\t"
