"""Which pages a role sees at the top of every page; the first one is where it starts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _

from connector.domain.access import Role
from connector.web.session import visitor

PAGES = {
    Role.HR: (
        (_("Dossiers"), "dossier.index"),
        (_("Koppelingen"), "connections.index"),
        (_("Runs"), "runs.index"),
        (_("Quarantaine"), "quarantine.index"),
        (_("Wie is wie?"), "review.index"),
    ),
    Role.SUPERVISOR: ((_("Mijn team"), "team.index"),),
    Role.TRAINING: ((_("Opleidingsnoden"), "needs.index"),),
    Role.EMPLOYEE: ((_("Mijn plan"), "my_plan.index"),),
    Role.ADMINISTRATOR: (
        (_("Koppelingen"), "connections.index"),
        (_("Runs"), "runs.index"),
        (_("Quarantaine"), "quarantine.index"),
        (_("Wie is wie?"), "review.index"),
        (_("Eén persoon"), "trail.index"),
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    href: str
    is_here: bool


def first_page(role: Role) -> str:
    """The endpoint where a role starts: everybody who can sign in has a page."""
    return PAGES[role][0][1]


def items() -> list[Item]:
    """The links for the visitor of this request."""
    who = visitor()
    if who is None or who.actor is None:
        return []
    return [
        Item(str(label), url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint in PAGES.get(who.actor.role, ())
    ]
