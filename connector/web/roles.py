"""Acting in another of your roles."""

from __future__ import annotations

from flask import Blueprint, redirect, request, session, url_for
from flask_babel import lazy_gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from connector.domain.access import Role
from connector.web.session import visitor

_NAMES = {
    Role.EMPLOYEE: _("Medewerker"),
    Role.SUPERVISOR: _("Leidinggevende"),
    Role.HR: _("HR-medewerker"),
    Role.TRAINING: _("Opleidingsdienst"),
    Role.ADMINISTRATOR: _("IT-beheerder"),
}

blueprint = Blueprint("roles", __name__)


def role_name(role: Role) -> str:
    """What people call a role."""
    return str(_NAMES[role])


@blueprint.post("/role")
def choose() -> Response:
    wanted = request.form.get("membership", "")
    who = visitor()
    if who is None or all(card.key != wanted for card in who.memberships):
        raise BadRequest
    session["membership"] = wanted
    return redirect(url_for("home.start"))
