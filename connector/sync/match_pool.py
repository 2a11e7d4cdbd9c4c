"""The people whom a new record can be, read once a run."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from connector.domain.correlation import Known
from connector.domain.guard import name_words
from connector.store.dialects import is_one_of
from connector.store.facts import holds
from connector.store.hr import Employment, Person, PersonDetails, SourceIdentity
from connector.store.sync_state import RecordState, Source
from connector.sync.context import RunContext


class MatchPool:
    """The people of the employer whom a new record of this source can be."""

    def __init__(self, session: Session, context: RunContext) -> None:
        self._context = context
        self._by_mail: dict[str, list[Known]] = defaultdict(list)
        self._by_name: dict[frozenset[str], list[Known]] = defaultdict(list)
        here, elsewhere = self._held(session)
        left = self._left(session)
        for known in self._people(session, (elsewhere - here) | left, here, left):
            if known.fields.get("email"):
                self._by_mail[known.fields["email"].casefold()].append(known)
            self._by_name[frozenset(name_words(known.fields))].append(known)
        self._here, self._left_ids = here, left

    def near(self, session: Session, records: Sequence[Mapping[str, Any]]) -> list[list[Known]]:
        """For each record, those who share its address or all words of its name."""
        mails = {form for record in records if (mail := record.get("email")) for form in (mail, mail.casefold())}
        own = defaultdict(list)
        for known in self._with_mail(session, mails):
            own[known.fields["email"].casefold()].append(known)
        found = []
        for record in records:
            mail = (record.get("email") or "").casefold()
            near = [
                *self._by_mail.get(mail, ()),
                *own.get(mail, ()),
                *self._by_name.get(frozenset(name_words(record)), ()),
            ]
            found.append(list({known.person_id: known for known in near}.values()))
        return found

    def _held(self, session: Session) -> tuple[set[int], set[int]]:
        """Who is held by this source, and who by others of the employer."""
        own = select(Source.id).where(Source.employer_id == self._context.employer_id)
        others = select(SourceIdentity.entity_id).where(
            SourceIdentity.target == "employee",
            SourceIdentity.source_id.in_(own),
            SourceIdentity.source_id != self._context.source_id,
        )
        elsewhere = set(session.scalars(others))
        if not elsewhere:
            return set(), set()
        here = select(SourceIdentity.entity_id).where(
            SourceIdentity.target == "employee", SourceIdentity.source_id == self._context.source_id
        )
        return set(session.scalars(here)), elsewhere

    def _left(self, session: Session) -> set[int]:
        return set(
            session.scalars(
                select(Employment.person_id)
                .join(Person, Person.id == Employment.person_id)
                .where(
                    Person.employer_id == self._context.employer_id,
                    Employment.status == "left",
                    holds(Employment, self._context.today),
                )
            )
        )

    def _with_mail(self, session: Session, mails: Iterable[str]) -> list[Known]:
        wanted = set(mails)
        if not wanted:
            return []
        rows = session.scalars(
            select(PersonDetails.person_id)
            .join(Person, Person.id == PersonDetails.person_id)
            .where(
                Person.employer_id == self._context.employer_id,
                PersonDetails.recorded_to.is_(None),
                is_one_of(session, PersonDetails.email, wanted),
            )
        )
        ids = set(rows)
        held = set(
            session.scalars(
                select(SourceIdentity.entity_id)
                .join(
                    RecordState,
                    (RecordState.source_id == SourceIdentity.source_id)
                    & (RecordState.key == SourceIdentity.key)
                    & (RecordState.entity_id == SourceIdentity.entity_id),
                )
                .where(
                    SourceIdentity.source_id == self._context.source_id,
                    SourceIdentity.target == "employee",
                    RecordState.missing_since.is_(None),
                    is_one_of(session, SourceIdentity.entity_id, ids),
                )
            )
        )
        return self._people(session, ids & held, ids & held, self._left_ids)

    def _people(self, session: Session, ids: set[int], here: set[int], left: set[int]) -> list[Known]:
        if not ids:
            return []
        rows = session.execute(
            select(PersonDetails, Employment)
            .outerjoin(
                Employment, (Employment.person_id == PersonDetails.person_id) & holds(Employment, self._context.today)
            )
            .where(holds(PersonDetails, self._context.today), is_one_of(session, PersonDetails.person_id, ids))
        )
        return [
            Known(
                details.person_id,
                {
                    "display_name": details.display_name,
                    "given_name": details.given_name,
                    "family_name": details.family_name,
                    "email": details.email,
                    "employee_number": employment.employee_number if employment else None,
                    "hired_on": employment.hired_on.isoformat() if employment and employment.hired_on else None,
                },
                has_left=details.person_id in left,
                is_ours=details.person_id in here,
            )
            for details, employment in rows
        ]
