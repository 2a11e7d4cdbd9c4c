"""Signing in with a button per role: only in the demo, where every person is invented."""

from __future__ import annotations

from flask import Blueprint, request
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from connector.domain.access import TIMER, Role
from connector.errors import NotFoundError
from connector.services.sessions import known_subjects, open_known_session
from connector.web import entering
from connector.web import session as visit

DEMO_ISSUER = "demo"  # accounts of the demo: this issuer, and `role:<role>` as their subject

blueprint = Blueprint("demo_sign_in", __name__)


def demo_roles() -> list[Role]:
    """The roles that have a button; none outside the demo."""
    if not visit.shell().demo:
        return []
    known = known_subjects(TIMER, visit.installation(), DEMO_ISSUER)
    return [role for role in Role if f"role:{role.value}" in known]


@blueprint.post("/sign-in/demo")
def enter() -> Response:
    try:
        subject = f"role:{request.form.get('role', '')}"
        return entering.enter(open_known_session(TIMER, visit.installation(), DEMO_ISSUER, subject))
    except NotFoundError:
        raise NotFound from None
