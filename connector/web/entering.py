"""Where somebody comes who has just signed in."""

from __future__ import annotations

from flask import current_app, redirect, session, url_for
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector.domain.access import TIMER, Role
from connector.services.sessions import find_visitor
from connector.web.navigation import PAGES
from connector.web.session import installation, is_own_path


def enter(key: str) -> Response:
    """Start a session in this browser and go where the visitor wanted to be, in a role that has that page.

    Nothing of before remains valid. Without such a role it is the start of the visitor's own.
    """
    wanted, language = session.get("wanted"), session.get("language")
    session.clear()  # with it goes the old CSRF token and any sign-in under way
    session["key"] = key
    if language:
        session["language"] = language
    if not isinstance(wanted, str) or not is_own_path(wanted):
        return redirect(url_for("home.start"))
    roles = _roles_with(wanted)
    if roles is None:
        return redirect(wanted)
    who = find_visitor(TIMER, installation(), key)
    card = next((card for card in who.memberships if card.role in roles), None) if who else None
    if card is None:
        return redirect(url_for("home.start"))
    session["membership"] = card.key
    return redirect(wanted)


def _roles_with(path: str) -> set[Role] | None:
    """The roles whose pages this path is one of; None: it is nobody's in particular."""
    try:
        endpoint, _ = current_app.url_map.bind("").match(path.partition("?")[0], method="GET")
    except HTTPException:
        return None
    blueprint = endpoint.partition(".")[0]
    found = {role for role, pages in PAGES.items() if blueprint in {page.partition(".")[0] for _, page in pages}}
    return found or None
