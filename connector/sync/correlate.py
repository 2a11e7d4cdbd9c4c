"""Who a new employee record is: by employee number, by what a person said before, else by weighed evidence.

The people to weigh against are read once a run, and only those whom a new record can be: known from another source, or
gone; and, by their address, those whom this source holds already (a second record of one person).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from connector.domain.correlation import Verdict, decide
from connector.domain.guard import is_somebody_else
from connector.store.dialects import is_one_of
from connector.store.hr import Person
from connector.store.sync_plan import MatchCase
from connector.store.sync_state import RecordState
from connector.sync.classify import Decision, PageResult
from connector.sync.context import RunContext
from connector.sync.identities import EmployeeNumbers, Identities
from connector.sync.match_pool import MatchPool

# What of a record is kept in a case, for a person to compare.
COMPARED = ("display_name", "given_name", "family_name", "employee_number", "email", "hired_on", "born_on")
Match = tuple[int, dict[str, Any]]


class Correlator:
    """The matcher of one scan of employees."""

    def __init__(self, context: RunContext, resource: str) -> None:
        self._context = context
        self._resource = resource
        self._pool: MatchPool | None = None

    def match(self, session: Session, result: PageResult) -> Mapping[str, Match]:
        """Whom of ours the new decisions are; doubtful ones are taken out of them and wait in a case."""
        new = [decision for decision in result.decisions.values() if decision.action == "new"]
        found: dict[str, Match] = {}
        if new and self._is_anybody_known(session):
            found = self._match_new(session, new, result)
        said = self._cases(session, [decision.key for decision in result.doubtful])
        for decision in result.doubtful:
            assert decision.known is not None  # noqa: S101 - only known records can turn into somebody else
            holder = session.scalar(select(RecordState.entity_id).where(RecordState.id == decision.known.id))
            case = said.get(decision.key)
            if case is not None and case.person_id == holder and not is_somebody_else(case.mapped, decision.mapped):
                _let_through(decision, result)
                continue
            evidence = [{"person_id": holder, "confidence": 0.0, "evidence": [["other_name", -0.5]]}]
            self._wait(session, decision, evidence)
        return found

    def _is_anybody_known(self, session: Session) -> bool:
        if self._pool is None:
            someone = select(Person.id).where(Person.employer_id == self._context.employer_id).limit(1)
            if session.scalar(someone) is None:
                return False
            self._pool = MatchPool(session, self._context)
        return True

    def _match_new(self, session: Session, new: Sequence[Decision], result: PageResult) -> dict[str, Match]:
        assert self._pool is not None  # noqa: S101 - made by `_is_anybody_known`
        ours = Identities(session, self._context.source_id, "employee")
        ours.find([decision.key for decision in new])
        said = self._decided(session, [decision.key for decision in new])
        numbers = EmployeeNumbers(session, self._context)
        numbers.find(number for decision in new if (number := decision.mapped.get("employee_number")))
        pool = self._pool.near(session, [decision.mapped for decision in new])
        found: dict[str, Match] = {}
        for decision, near in zip(new, pool, strict=True):
            known_key = ours.get(decision.key)
            if known_key is not None:
                found[decision.key] = (known_key, {"by": "key"})
                continue
            if decision.key in said:
                person_id = said[decision.key]
                if person_id is not None:
                    found[decision.key] = (person_id, {"by": "a person"})
                continue
            match = numbers.match(decision.mapped.get("employee_number"), decision.mapped)
            if match.person_id is not None:
                found[decision.key] = (match.person_id, {"by": "employee_number"})
                continue
            verdict = Verdict(None, True, match.candidates) if match.is_doubtful else decide(decision.mapped, near)
            if verdict.person_id is not None:
                evidence = {"by": "evidence", **verdict.candidates[0].as_dict()}
                found[decision.key] = (verdict.person_id, evidence)
            elif verdict.is_doubtful:
                result.decisions.pop(decision.key)
                result.counts.new -= 1
                result.counts.waiting += 1
                self._wait(session, decision, [candidate.as_dict() for candidate in verdict.candidates])
        return found

    def _decided(self, session: Session, keys: Sequence[str]) -> dict[str, int | None]:
        """What a person said of these records: whom they are, None for somebody new."""
        rows = self._cases(session, keys)
        return {key: case.person_id if case.state == "joined" else None for key, case in rows.items()}

    def _cases(self, session: Session, keys: Sequence[str]) -> dict[str, MatchCase]:
        if not keys:
            return {}
        rows = session.scalars(
            select(MatchCase).where(
                MatchCase.source_id == self._context.source_id,
                MatchCase.resource == self._resource,
                MatchCase.state != "open",
                is_one_of(session, MatchCase.key, keys),
            )
        )
        return {row.key: row for row in rows}

    def _wait(self, session: Session, decision: Decision, candidates: list[dict[str, Any]]) -> None:
        case = session.scalar(
            select(MatchCase).where(
                MatchCase.source_id == self._context.source_id,
                MatchCase.resource == self._resource,
                MatchCase.key == decision.key,
            )
        )
        if case is None:
            case = MatchCase(
                source_id=self._context.source_id,
                resource=self._resource,
                key=decision.key,
                first_seen_at=self._context.at,
            )
            session.add(case)
        case.mapped = {name: decision.mapped[name] for name in COMPARED if name in decision.mapped}
        case.candidates = candidates
        case.state, case.run_id = "open", self._context.run_id
        case.person_id = case.decided_at = case.decided_by = None


def _let_through(decision: Decision, result: PageResult) -> None:
    """A person has said that the record still speaks of the same human, under another name."""
    result.decisions[decision.key] = decision
    result.counts.waiting -= 1
    if decision.action == "same":
        result.counts.same += 1
    else:
        result.counts.changed += 1


def close_cases(session: Session, context: RunContext, resource: str, keys: Sequence[str]) -> None:
    """What is written, or gone, is no longer a question: an open case of it goes."""
    _close(session, context, resource, is_one_of(session, MatchCase.key, keys))


def close_old_cases(session: Session, context: RunContext, resource: str) -> None:
    """A whole reading that found no doubt about a record any more has answered the question."""
    _close(session, context, resource, MatchCase.run_id != context.run_id)


def _close(session: Session, context: RunContext, resource: str, which: ColumnElement[bool]) -> None:
    session.execute(
        delete(MatchCase)
        .where(
            MatchCase.source_id == context.source_id,
            MatchCase.resource == resource,
            MatchCase.state == "open",
            which,
        )
        .execution_options(synchronize_session=False)
    )
