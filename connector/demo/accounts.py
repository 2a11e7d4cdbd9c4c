"""Who signs in at the sample employer: one account per role for the buttons, and one per owner and supervisor."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from connector.demo.sample import PersonSample
from connector.domain.access import TIMER, Actor, Role
from connector.services.accounts import add_membership, create_account, link_person
from connector.services.installation import Installation

ISSUER = "demo"
# Employee number of the person behind each button. The subject of such an account is `role:<role>`.
ROLE_PEOPLE: Mapping[Role, str] = {
    Role.HR: "0002",
    Role.SUPERVISOR: "0020",
    Role.TRAINING: "0003",
    Role.EMPLOYEE: "0101",
    Role.ADMINISTRATOR: "0004",
}


@dataclass(frozen=True, slots=True)
class Cast:
    """The signed-in people of the sample employer by employee number, as any role that they hold."""

    employer_id: int
    accounts: Mapping[str, int]
    people: Mapping[str, int]
    languages: Mapping[str, str]

    def actor(self, number: str, role: Role) -> Actor:
        return Actor(role, self.employer_id, self.accounts[number], self.people[number], self.languages[number])

    @property
    def hr(self) -> Actor:
        return self.actor(ROLE_PEOPLE[Role.HR], Role.HR)


def sign_in_everybody(
    installation: Installation,
    employer_id: int,
    samples: Iterable[PersonSample],
    people: Mapping[str, int],
    owners: Iterable[str],
    since: date,
) -> Cast:
    """Make the accounts of owners, supervisors and role buttons, and tie each to its HR person as a sign-in does."""
    known = {sample.number: sample for sample in samples}
    supervisors = {sample.supervisor for sample in known.values() if sample.supervisor}
    buttons = {number: role for role, number in ROLE_PEOPLE.items()}
    owning = set(owners)
    accounts: dict[str, int] = {}
    for number in sorted(owning | supervisors | buttons.keys()):
        sample = known[number]
        button = buttons.get(number)
        subject = f"role:{button.value}" if button else f"person:{number}"
        accounts[number] = create_account(
            TIMER, installation, ISSUER, subject, sample.name, sample.email, sample.language
        )
        for role in _roles(button, is_owner=number in owning, is_supervisor=number in supervisors):
            add_membership(TIMER, installation, accounts[number], employer_id, role, since)
        signed_in = Actor(button or Role.EMPLOYEE, employer_id, accounts[number])
        link_person(signed_in, installation, people[number])
    languages = {number: known[number].language for number in accounts}
    return Cast(employer_id, accounts, dict(people), languages)


def _roles(button: Role | None, *, is_owner: bool, is_supervisor: bool) -> list[Role]:
    """A button opens one page, so its account has that role first; HR also leads a team of its own."""
    if button is Role.HR:
        return [button, Role.SUPERVISOR]
    if button is not None:
        return [button]
    return [Role.EMPLOYEE] * is_owner + [Role.SUPERVISOR] * is_supervisor
