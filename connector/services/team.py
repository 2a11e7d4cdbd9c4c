"""The supervisor's team of today: conversations, agreements, promises, costs. Sheets and bare dates, never a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from connector.domain.access import Act, Actor, employer_of, require
from connector.domain.gap import GapLine
from connector.domain.sheet import AgreementState, Cost, CostSum, sum_costs
from connector.errors import NotFoundError
from connector.services.access_log import record_reading
from connector.services.budgets import UnitBudget, unit_budgets
from connector.services.conversation_cards import Agenda, ConversationCard, Wall, agendas, wall_of
from connector.services.gaps import gap_lines
from connector.services.installation import Installation
from connector.services.level_words import level_words
from connector.services.sheet_views import AgreementView, SheetView, current_versions
from connector.services.sheets import direct_reports, read_latest_sheet
from connector.store.people import PersonCard

SOON = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class TeamLine:
    """One member. `sheet` is the last version of the open sheet, None when there is none."""

    card: PersonCard
    agenda: Agenda
    sheet: SheetView | None

    @property
    def conversation(self) -> ConversationCard | None:
        return self.agenda.next

    @property
    def agreements(self) -> tuple[AgreementView, ...]:
        return self.sheet.agreements if self.sheet else ()

    @property
    def costs(self) -> CostSum:
        """What the sheet asks of the employer, in euro; `unknown` counts the costs that nobody knows."""
        return sum_costs(_cost(agreement, self.sheet) for agreement in self.agreements if _costs_money(agreement))

    @property
    def status(self) -> str:
        """late | not_planned | not_concluded | confirm | unprepared | waits_for_employee | planned | done | nothing."""
        coming, sheet = self.conversation, self.sheet
        found = {
            "late": coming is not None and coming.is_late,
            "not_concluded": bool(self.agenda.unfinished),
            "not_planned": coming is not None and coming.starts_at is None,
            "confirm": sheet is not None and sheet.confirmed_by_supervisor_at is None,
            "unprepared": coming is not None and bool(coming.to_prepare_now),
            "waits_for_employee": sheet is not None and sheet.confirmed_by_owner_at is None,
            "planned": coming is not None,
            "done": self.agenda.last_held is not None,
        }
        return next((code for code, holds in found.items() if holds), "nothing")


@dataclass(frozen=True, slots=True)
class Promise:
    """An agreement that is not delivered, and the member it belongs to."""

    card: PersonCard
    agreement: AgreementView


@dataclass(frozen=True, slots=True)
class Attention:
    """One thing to look at: `code` is conversation_late, promise_late, confirm or prepare."""

    code: str
    card: PersonCard
    agreement: AgreementView | None = None


@dataclass(frozen=True, slots=True)
class Team:
    """Everything of the overview. `is_tied` False: this account is no HR person, so it has no team."""

    lines: tuple[TeamLine, ...]
    budgets: tuple[UnitBudget, ...]
    wall: Wall
    is_tied: bool = True

    @property
    def promises(self) -> tuple[Promise, ...]:
        """What is still owed by anybody, by due day; what has no day comes last."""
        owed = [
            Promise(line.card, agreement)
            for line in self.lines
            for agreement in line.agreements
            if agreement.state is not AgreementState.DONE
        ]
        return tuple(
            sorted(owed, key=lambda one: (one.agreement.due_on is None, one.agreement.due_on or self.wall.today))
        )

    @property
    def pressing(self) -> tuple[Promise, ...]:
        """The promises that are late or due within two weeks."""
        now = (AgreementState.LATE, AgreementState.DUE)
        return tuple(one for one in self.promises if one.agreement.state in now)

    @property
    def later(self) -> tuple[Promise, ...]:
        """The other ones."""
        pressing = self.pressing
        return tuple(one for one in self.promises if one not in pressing)

    @property
    def late(self) -> tuple[Promise, ...]:
        return tuple(one for one in self.promises if one.agreement.state is AgreementState.LATE)

    @property
    def soon(self) -> int:
        """How many conversations the coming four weeks bring."""
        until = self.wall.today + SOON
        return sum(
            card.state == "planned" and card.starts_at is not None and self.wall.today <= card.day <= until
            for line in self.lines
            for card in line.agenda.cards
        )

    @property
    def attention(self) -> tuple[Attention, ...]:
        """What asks something of this supervisor, the gravest first."""
        found = [Attention("conversation_late", line.card) for line in self.lines if line.status == "late"]
        found += [
            Attention("promise_late", one.card, one.agreement)
            for one in self.late
            if one.agreement.owed_by == "supervisor"
        ]
        found += [Attention("confirm", line.card) for line in self.lines if line.status == "confirm"]
        found += [
            Attention("prepare", line.card)
            for line in self.lines
            if line.conversation is not None and "supervisor" in line.conversation.to_prepare_now
        ]
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Member:
    """One member of the team, with the gap against the function and the conversations of the cycle."""

    line: TeamLine
    gaps: tuple[GapLine, ...]
    level_words: Mapping[int, str]
    wall: Wall


def read_team(actor: Actor, installation: Installation) -> Team:
    """The direct reports of today with their open sheets, each reading noted; the budgets of the units they work in."""
    require(actor, Act.READ_TEAM)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        wall = wall_of(session, installation, employer_id)
        if actor.person_id is None:
            return Team((), (), wall, is_tied=False)
        cards = {
            person_id: card
            for person_id, card in direct_reports(session, actor, employer_id, wall.today).items()
            if card.is_employed
        }
        sheets = {
            view.person_id: view
            for view in reversed(
                current_versions(session, employer_id, wall.today, person_ids=list(cards), language=actor.language)
            )
        }
        for view in sheets.values():
            record_reading(session, actor, view.owner_id, f"sheet:{view.sheet_id}", installation.clock())
        plans = agendas(session, employer_id, wall, list(cards))
        units = {card.unit_id for card in cards.values() if card.unit_id is not None}
        budgets = unit_budgets(session, employer_id, wall.today.year, wall.today, unit_ids=units)
        lines = tuple(TeamLine(card, plans[person_id], sheets.get(person_id)) for person_id, card in cards.items())
    return Team(lines, tuple(budgets), wall)


def read_member(actor: Actor, installation: Installation, person_id: int) -> Member:
    """One direct report of today, else NotFoundError."""
    require(actor, Act.READ_TEAM)
    employer_id = employer_of(actor)
    with installation.store.begin() as session:
        wall = wall_of(session, installation, employer_id)
        card = direct_reports(session, actor, employer_id, wall.today).get(person_id)
        if card is None:
            raise NotFoundError("this is not somebody of your team")
        agenda = agendas(session, employer_id, wall, [person_id])[person_id]
        sheet = read_latest_sheet(session, installation, actor, person_id, wall.today)
        return Member(
            line=TeamLine(card, agenda, sheet),
            gaps=tuple(
                gap_lines(session, person_id=person_id, job_id=card.job_id, on=wall.today, language=actor.language)
            ),
            level_words=level_words(session, employer_id, wall.today),
            wall=wall,
        )


def _costs_money(agreement: AgreementView) -> bool:
    return agreement.kind == "cost" or agreement.amount is not None or agreement.spent is not None


def _cost(agreement: AgreementView, sheet: SheetView | None) -> Cost:
    return Cost(
        amount=agreement.amount,
        spent=agreement.spent,
        currency=agreement.currency,
        payer=agreement.payer,
        is_confirmed=sheet is not None and sheet.is_confirmed,
        is_closed=sheet is not None and sheet.closed_at is not None,
    )
