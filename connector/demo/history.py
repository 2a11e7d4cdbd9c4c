"""The past of the sample employer: its owners and their supervisors do, day by day, what they would have done.

Each act goes through the service that a page would call, with the clock of its day.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from functools import partial

from connector.demo.accounts import Cast
from connector.demo.sample import AgreementSample, GoalSample, PlanSample, SheetSample
from connector.domain.access import Actor, Role
from connector.domain.goal import ActivityDraft, ActivityState, GoalDraft, GoalState, LearningForm, Origin
from connector.domain.minimum import Orientation
from connector.domain.sheet import AgreementDraft, AgreementKind, Party
from connector.services.agreements import tick_delivered
from connector.services.goals import add_activity, add_goal, set_activity_state, set_goal_state, tie_competency
from connector.services.installation import Installation
from connector.services.linking import link_text, trainings_for_competency
from connector.services.plans import close_plan, move_to_step, start_plan
from connector.services.sharing import close_sheet, confirm_sheet, share_sheet
from connector.services.sheets import my_sheets, read_sheet

_SPEAKERS = {
    Party.EMPLOYEE: Role.EMPLOYEE,
    Party.SUPERVISOR: Role.SUPERVISOR,
    Party.HR: Role.HR,
    Party.TRAINING: Role.HR,
}


@dataclass(frozen=True, slots=True)
class Known:
    """What the sync brought, by the names that the sample uses."""

    competencies: Mapping[str, int]
    trainings: Mapping[str, int]


@dataclass(slots=True)
class _Story:
    """One plan while it is being told."""

    sample: PlanSample
    owner: Actor
    boss: Actor | None
    plan_id: uuid.UUID = field(init=False)
    sheet_id: int = field(init=False)
    goal_ids: dict[str, uuid.UUID] = field(default_factory=dict)
    agreement_uids: dict[str, uuid.UUID] = field(default_factory=dict)


Event = tuple[date, int, Callable[[Installation], None]]


class Historian:
    """Tells all plans, and the seasons between them, in the order of their days.

    `links` counts the ties of goals to competencies, and the trainings found for each goal.
    """

    def __init__(self, installation: Installation, cast: Cast, known: Known, supervisors: Mapping[str, str]) -> None:
        self._installation = installation
        self._cast = cast
        self._known = known
        self._supervisors = supervisors
        self.links = 0

    def tell(
        self,
        plans: tuple[PlanSample, ...],
        seasons: Iterable[tuple[date, Callable[[Cast, Installation], None]]],
        progress: Callable[[int, int], None],
    ) -> None:
        events: list[Event] = [(day, 6, partial(plan_season, self._cast)) for day, plan_season in seasons]
        for sample in plans:
            boss = self._supervisors.get(sample.person)
            owner = self._cast.actor(sample.person, Role.EMPLOYEE)
            story = _Story(sample, owner, self._cast.actor(boss, Role.SUPERVISOR) if boss else None)
            events += self._events(story)
        events.sort(key=lambda event: event[:2])
        for number, (day, _, act) in enumerate(events, start=1):
            act(self._as_of(day))
            progress(number, len(events))

    def _as_of(self, day: date) -> Installation:
        """The same installation with the clock of ten in the morning of that day, or of now."""
        moment = min(datetime.combine(day, time(9), UTC), self._installation.clock())
        return replace(self._installation, clock=lambda: moment)

    def _events(self, story: _Story) -> Iterator[Event]:
        """What happens on a day happens in this order: begin, share, tick, conclude, close."""
        sample = story.sample
        yield sample.started_on, 0, partial(self._begin, story)
        for sheet in sample.sheets:
            yield sheet.shared_on, 1, partial(self._share, story, sheet)
            for one in sheet.agreements:
                if one.delivered_on is not None:
                    yield one.delivered_on, 2, partial(self._tick, story, one)
            if sheet.closed_on is not None:
                yield sheet.closed_on, 4, partial(self._close_sheet, story)
        for goal in sample.goals:
            if goal.state != "open" and goal.target_on is not None:
                yield goal.target_on, 3, partial(self._conclude, story, goal)
        if sample.closed_on is not None:
            yield sample.closed_on, 5, partial(self._close_plan, story)

    def _begin(self, story: _Story, then: Installation) -> None:
        story.plan_id = start_plan(story.owner, then, orientation=Orientation(story.sample.orientation))
        move_to_step(story.owner, then, story.plan_id, story.sample.step)
        for goal in story.sample.goals:
            draft = GoalDraft(goal.what, goal.how, goal.result, goal.priority, goal.target_on)
            goal_id = story.goal_ids[goal.name] = add_goal(story.owner, then, story.plan_id, draft)
            self._link(then, story.owner, goal_id, goal)
            for activity in goal.activities:
                training = self._known.trainings[activity.training] if activity.training else None
                form = LearningForm(activity.form)
                act = ActivityDraft(activity.title, form, training, activity.due_on)
                activity_id = add_activity(story.owner, then, goal_id, act)
                set_activity_state(story.owner, then, activity_id, ActivityState(activity.state))

    def _link(self, then: Installation, owner: Actor, goal_id: uuid.UUID, goal: GoalSample) -> None:
        """Tie a goal to the competency that its owner chose, else to the one that its own words name best."""
        found = link_text(owner, then, goal.what)
        trainings = {hit.training_id for hit in found.trainings}
        if goal.competency is not None:
            competency_id, origin = self._known.competencies[goal.competency], Origin(goal.origin)
        elif found.competencies:
            competency_id, origin = found.competencies[0].competency_id, Origin.TEXT
        else:
            self.links += len(trainings)
            return
        tie_competency(owner, then, goal_id, competency_id, level_aimed=goal.level, origin=origin)
        self.links += 1 + len(trainings | self._trainings_for(then, competency_id))

    def _trainings_for(self, then: Installation, competency_id: int) -> set[int]:
        employer_id = self._cast.employer_id
        with then.store.read() as session:
            hits = trainings_for_competency(session, employer_id, competency_id, on=then.today())
        return {hit.training_id for hit in hits}

    def _share(self, story: _Story, sheet: SheetSample, then: Installation) -> None:
        drafts = [self._draft(story, one) for one in sheet.agreements]
        goals = [story.goal_ids[name] for name in sheet.goals]
        version_id = share_sheet(story.owner, then, story.plan_id, goals, drafts)
        view = next(view for view in my_sheets(story.owner, then) if view.version_id == version_id)
        story.sheet_id = view.sheet_id
        uids = [row.uid for row in view.agreements]
        story.agreement_uids = {one.name: uid for one, uid in zip(sheet.agreements, uids, strict=True)}
        for side in sheet.confirmed:
            speaker = self._speaker(story, Party(side))
            read_sheet(speaker, then, view.sheet_id)  # nobody agrees to what was not looked at
            confirm_sheet(speaker, then, version_id)

    def _draft(self, story: _Story, one: AgreementSample) -> AgreementDraft:
        return AgreementDraft(
            kind=AgreementKind(one.kind),
            text=one.text,
            owed_by=Party(one.owed_by),
            owed_to=Party(one.owed_to),
            due_on=one.due_on,
            amount=one.amount,
            payer=one.payer,
            goal_uid=story.goal_ids[one.goal] if one.goal else None,
            training_id=self._known.trainings[one.training] if one.training else None,
            uid=story.agreement_uids.get(one.name),
        )

    def _tick(self, story: _Story, one: AgreementSample, then: Installation) -> None:
        speaker = self._speaker(story, Party(one.owed_by))
        tick_delivered(speaker, then, story.agreement_uids[one.name], one.delivered_on, spent=one.spent)

    def _conclude(self, story: _Story, goal: GoalSample, then: Installation) -> None:
        set_goal_state(story.owner, then, story.goal_ids[goal.name], GoalState(goal.state))

    def _close_sheet(self, story: _Story, then: Installation) -> None:
        close_sheet(story.owner, then, story.sheet_id)

    def _close_plan(self, story: _Story, then: Installation) -> None:
        close_plan(story.owner, then, story.plan_id)

    def _speaker(self, story: _Story, side: Party) -> Actor:
        role = _SPEAKERS[side]
        if role is Role.EMPLOYEE:
            return story.owner
        if role is Role.SUPERVISOR and story.boss is not None:
            return story.boss
        return self._cast.hr
