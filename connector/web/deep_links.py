"""/go/SOURCE/RECORD-ID: the link that stands in a record of the HR system."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from connector.domain.access import Role
from connector.errors import NotAllowedError, NotFoundError
from connector.services.deep_links import find_person
from connector.web.session import current_actor, installation

blueprint = Blueprint("deep_links", __name__)


@blueprint.get("/go/<source>/<path:key>")
def go(source: str, key: str) -> Response:
    """To the page about this person, for this role. No such record and not yours look the same."""
    actor = current_actor()
    try:
        person_id = find_person(actor, installation(), source, key)
    except (NotFoundError, NotAllowedError):
        raise NotFound from None
    if actor.role is Role.HR:
        return redirect(url_for("dossier.person", person_id=person_id))
    if actor.role is Role.SUPERVISOR:
        return redirect(url_for("team.member", person_id=person_id))
    return redirect(url_for("my_plan.index"))
