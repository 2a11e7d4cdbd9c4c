"""The form for one goal: what was sent in, and what keeps it from being kept, in words for the employee."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from connector.domain.goal import GoalDraft, GoalState, goal_problems
from connector.services.goal_views import GoalView
from connector.web.texts import say as _

_FIELDS = ("what", "how", "result", "target_on", "competency")


@dataclass(frozen=True, slots=True)
class GoalForm:
    """`problems`: field -> sentences. Texts are given back as they were typed."""

    what: str = ""
    how: str = ""
    result: str = ""
    target_on: str = ""
    competency: str = ""
    state: str = "open"
    problems: Mapping[str, list[str]] = field(default_factory=dict)

    @classmethod
    def empty(cls, competency: str = "") -> GoalForm:
        return cls(competency=competency)

    @classmethod
    def of(cls, goal: GoalView, choices: Collection[int]) -> GoalForm:
        """A goal as it stands; `choices` are the competencies that the form offers."""
        tied = next((tie.competency_id for tie in goal.competencies if tie.competency_id in choices), None)
        return cls(
            what=goal.what,
            how=goal.how or "",
            result=goal.result or "",
            target_on=goal.target_on.isoformat() if goal.target_on else "",
            competency="" if tied is None else str(tied),
            state=goal.state,
        )

    @classmethod
    def sent(cls, values: Mapping[str, str]) -> GoalForm:
        what, how, result, target_on, competency = (values.get(name, "").replace("\r\n", "\n") for name in _FIELDS)
        form = cls(what, how, result, target_on, competency, values.get("state", "open"))
        found = goal_problems(replace(form, target_on="").draft)
        if form.target_on and _day(form.target_on) is None:
            found["target_on"] = ["is no day"]
        if form.competency and form.competency_id is None:
            found["competency_id"] = ["is no competency"]
        if form.state not in set(GoalState):
            found["state"] = ["is no state"]
        return form.refused(found)

    @property
    def draft(self) -> GoalDraft:
        return GoalDraft(self.what, self.how or None, self.result or None, target_on=_day(self.target_on))

    @property
    def competency_id(self) -> int | None:
        text = self.competency
        return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None

    def refused(self, problems: Mapping[str, list[str]]) -> GoalForm:
        """The same form with these problems in plain words."""
        return replace(
            self, problems={name: [_sentence(name, one) for one in found] for name, found in problems.items()}
        )


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _sentence(name: str, problem: str) -> str:
    if name == "target_on":
        return _("Deze datum kennen we niet. Schrijf ze zo: 2027-03-31.")
    if name == "state":
        return _("Kies een van deze antwoorden.")
    if name == "competency_id":
        return _("Kies een competentie uit de lijst, of geen.")
    if problem == "is needed":
        return _("Schrijf op wat je wilt leren.")
    if problem.startswith("is longer"):
        return _("Deze tekst is te lang. Maak hem korter.")
    return _("In deze tekst staat een teken dat we niet kunnen bewaren. Haal het weg.")
