"""Signing in through the employer's identity provider, and signing out."""

from __future__ import annotations

import logging

from flask import Blueprint, flash, redirect, render_template, request, session, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from connector.domain.access import TIMER
from connector.errors import AnswerError, CredentialsError
from connector.http.identity_provider import Attempt, IdentityProvider
from connector.services.arrival import welcome
from connector.services.sessions import Identity, open_session
from connector.web import session as visit
from connector.web.demo_sign_in import demo_roles
from connector.web.entering import enter

_log = logging.getLogger(__name__)
_LANGUAGES = ("nl", "en", "fr")

blueprint = Blueprint("sign_in", __name__)


@blueprint.get("/sign-in")
def page() -> str | Response:
    who = visit.visitor()
    if who is not None and who.actor is not None:
        return redirect(url_for("home.start"))
    return render_template("shell/sign_in.html", provider=visit.shell().provider is not None, roles=demo_roles())


@blueprint.get("/sign-in/start")
def start() -> Response:
    """Off to the provider. A link, not a form: `form-action` forbids a form that ends on another site."""
    url, attempt = _provider().begin()
    session["attempt"] = [attempt.state, attempt.nonce, attempt.verifier]
    return redirect(url)


@blueprint.get("/sign-in/answer")
def answer() -> Response:
    """Back from the provider. Whatever is wrong, the visitor is not signed in and may try again."""
    parts = session.pop("attempt", None)
    provider = _provider()
    try:
        if not isinstance(parts, list) or len(parts) != 3:
            raise AnswerError("no sign-in was under way in this browser", where="sign_in")
        claims = provider.finish(Attempt(*parts), request.args.to_dict())
    except (AnswerError, CredentialsError) as error:
        _log.warning("a sign-in was refused: %s", error)
        flash(_("Het aanmelden is niet gelukt. Probeer het opnieuw."), "danger")
        return redirect(url_for("sign_in.page"))
    language = claims.language[:2].lower() if claims.language else None
    identity = Identity(
        claims.issuer,
        claims.subject,
        claims.name or claims.subject,
        claims.email,
        language if language in _LANGUAGES else None,
    )
    key = open_session(TIMER, visit.installation(), identity)
    employer = visit.shell().employer
    if employer is not None and claims.employee_number is not None:
        welcome(TIMER, visit.installation(), identity, employer, claims.employee_number)
    return enter(key)


@blueprint.post("/sign-out")
def leave() -> Response:
    visit.leave()
    flash(_("Je bent afgemeld."), "success")
    return redirect(url_for("sign_in.page"))


def _provider() -> IdentityProvider:
    provider = visit.shell().provider
    if provider is None:
        raise NotFound
    return provider
