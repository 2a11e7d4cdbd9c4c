"""A preparation form: what its side is asked before the conversation (R20 to R23, R29, R30)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

LANGUAGES = ("nl", "en", "fr")


class Side(StrEnum):
    """Who fills a form in: the owner of the plan, or whoever speaks for the employer (R25)."""

    EMPLOYEE = "employee"
    EMPLOYER = "employer"


class Prefill(StrEnum):
    """What stands beside a question when the form goes with a function description."""

    COMPETENCIES = "competencies"  # those that the function asks, each with its level in words
    FUNCTION = "function"  # the text of the function description


class Reach(StrEnum):
    """How far an answer may go. `shown`: to the other side once its author shows it; `own`: to nobody (R30)."""

    SHOWN = "shown"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Question:
    """`words` and `plain` by language: the question, and the same for who reads with effort (R79)."""

    key: str
    words: Mapping[str, str]
    plain: Mapping[str, str]
    reach: Reach = Reach.SHOWN
    prefill: Prefill | None = None

    def said(self, language: str, *, is_plain: bool = False) -> str:
        """In that language, else in Dutch, which every question has."""
        texts = self.plain if is_plain and self.plain else self.words
        return texts.get(language) or texts["nl"]


@dataclass(frozen=True, slots=True)
class Topic:
    """One of the things to think about, asked in one question or more."""

    key: str
    title: Mapping[str, str]
    questions: tuple[Question, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its file says it. What goes well stands before any gap (R29): files say so by order."""

    name: str
    side: Side
    title: Mapping[str, str]
    topics: tuple[Topic, ...]

    @property
    def questions(self) -> tuple[Question, ...]:
        return tuple(question for topic in self.topics for question in topic.questions)

    @property
    def needs_function(self) -> bool:
        """Whether it goes with a function description; without one the general form is asked."""
        return any(question.prefill is not None for question in self.questions)
