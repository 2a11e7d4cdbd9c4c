"""Who calls: the bearer of a token made with `pop token`."""

from __future__ import annotations

from dataclasses import replace

from flask import Response, g, request

from connector.api.language import spoken
from connector.api.problems import EXPIRED_TOKEN, NO_TOKEN, problem
from connector.api.wire import installation
from connector.domain.access import TIMER, Actor
from connector.services.tokens import TokenFault, identify_token

REALM = 'Bearer realm="pop"'
_WAY_OUT = "Make a token with `pop token create` and send it as `Authorization: Bearer …`."


def check_token() -> Response | None:
    """Runs before every operation: sets the actor, or answers 401."""
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return problem(401, _WAY_OUT, kind=NO_TOKEN, headers={"WWW-Authenticate": REALM})
    found = identify_token(TIMER, installation(), secret.strip())
    if isinstance(found, TokenFault):
        is_expired = found is TokenFault.EXPIRED
        return problem(
            401,
            "This token has expired." if is_expired else "This token is not known or was revoked.",
            kind=EXPIRED_TOKEN if is_expired else None,
            headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
        )
    g.actor = replace(found, language=spoken(found.language))
    return None


def actor() -> Actor:
    """Who asks in this request."""
    found: Actor = g.actor
    return found
