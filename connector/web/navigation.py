"""Which pages a role sees at the top of every page; the first one is where it starts."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for
from flask_babel import lazy_gettext as _

from connector.domain.access import Role
from connector.web.session import visitor

PAGES = {
    Role.HR: ((_("Dossiers"), "dossier.index"),),
    Role.SUPERVISOR: ((_("Mijn team"), "team.index"),),
    Role.TRAINING: ((_("Opleidingsnoden"), "needs.index"),),
    Role.EMPLOYEE: ((_("Mijn plan"), "my_plan.index"),),
}


@dataclass(frozen=True, slots=True)
class Item:
    label: str
    href: str
    is_here: bool


def first_page(role: Role) -> str | None:
    """The endpoint where a role starts; None for a role without pages."""
    pages = PAGES.get(role)
    return pages[0][1] if pages else None


def items() -> list[Item]:
    """The links for the visitor of this request."""
    who = visitor()
    if who is None or who.actor is None:
        return []
    return [
        Item(str(label), url_for(endpoint), request.endpoint == endpoint)
        for label, endpoint in PAGES.get(who.actor.role, ())
    ]
