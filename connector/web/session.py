"""Who asks, within one request: `current_actor()` and `installation()` are what pages build on.

    @blueprint.get("/dossiers")
    def index() -> str:
        return render_template("pages/dossiers.html", people=people_of(current_actor(), installation()))

The cookie is signed and holds little: the session's key, the chosen role, the language, the CSRF token. Whether the key
still opens anything is asked of the database at every request.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Flask, current_app, g, make_response, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from connector.domain.access import TIMER, Actor
from connector.errors import NotAllowedError
from connector.http.identity_provider import IdentityProvider
from connector.services.installation import Installation
from connector.services.sessions import Visitor, close_session, find_visitor

# Pages for people who have not signed in. Everything else needs a session; /api and /scim guard themselves.
PUBLIC = frozenset(
    {
        "static",
        "sign_in.page",
        "sign_in.start",
        "sign_in.answer",
        "sign_in.leave",
        "demo_sign_in.enter",
        "language.choose",
    }
)
GUARDED_BY_THEMSELVES = ("/api/", "/scim/", "/health", "/metrics")


@dataclass(frozen=True, slots=True)
class Shell:
    """How people sign in here."""

    provider: IdentityProvider | None
    demo: bool
    employer: str | None = None  # where the provider's employee numbers are those of


def shell() -> Shell:
    return cast(Shell, current_app.extensions["pop_pages"])


def installation() -> Installation:
    return cast(Installation, current_app.extensions["pop"])


def visitor() -> Visitor | None:
    """Who has signed in, if anybody."""
    return cast("Visitor | None", g.get("visitor"))


def current_actor() -> Actor:
    """The visitor in the role they act in."""
    who = visitor()
    if who is None or who.actor is None:
        raise NotAllowedError("nobody has signed in")
    return who.actor


def leave() -> None:
    """End the session here and on the server."""
    key = session.get("key")
    language = session.get("language")
    session.clear()
    g.visitor = None
    if isinstance(key, str):
        close_session(TIMER, installation(), key)
    if language:
        session["language"] = language


def is_own_path(path: str) -> bool:
    """Whether this is a path on this site: browsers read //host and /\\host as another site."""
    return path.startswith("/") and not path.startswith(("//", "/\\")) and path.isprintable() and "\\" not in path


def register(app: Flask) -> None:
    app.before_request(_recognise)
    app.before_request(_guard)


def _recognise() -> None:
    key = session.get("key")
    if request.endpoint == "static" or not isinstance(key, str):
        g.visitor = None
        return
    g.visitor = find_visitor(TIMER, installation(), key, session.get("membership"))


def _guard() -> Response | None:
    if request.endpoint is None or request.endpoint in PUBLIC or request.path.startswith(GUARDED_BY_THEMSELVES):
        return None
    who = visitor()
    if who is None:
        if request.method == "GET":
            session["wanted"] = request.full_path.rstrip("?")
        return redirect(url_for("sign_in.page"))
    if who.actor is None:
        return make_response(render_template("shell/no_role.html"), 403)
    return None
