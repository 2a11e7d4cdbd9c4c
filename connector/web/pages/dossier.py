"""HR: whose conversation comes next, and the dossier to prepare it with."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connector.services.dossier import read_dossier
from connector.services.people_list import list_people
from connector.services.ticking import tick_today
from connector.web import labels
from connector.web.asked import NUMBER, number, page_number
from connector.web.gap_words import gap_rows
from connector.web.session import current_actor, installation

blueprint = Blueprint("dossier", __name__, url_prefix="/dossiers")

LONGEST_SEARCH = 100


@blueprint.get("")
def index() -> str:
    people = list_people(
        current_actor(),
        installation(),
        words=request.args.get("q", "")[:LONGEST_SEARCH],
        unit_id=number("unit"),
        page=page_number(),
    )
    units = [(unit.unit_id, unit.name) for unit in people.units]
    return render_template("pages/dossiers.html", people=people, units=units, labels=labels)


@blueprint.get(f"/<{NUMBER}:person_id>")
def person(person_id: int) -> str:
    dossier = read_dossier(current_actor(), installation(), person_id)
    return render_template("pages/dossier.html", dossier=dossier, bars=gap_rows(dossier.gaps), labels=labels)


@blueprint.post(f"/<{NUMBER}:person_id>/agreements/<uuid:uid>/delivered")
def deliver(person_id: int, uid: uuid.UUID) -> Response:
    tick_today(current_actor(), installation(), uid)
    flash(_("Genoteerd: dit is geleverd."), "success")
    return redirect(url_for("dossier.person", person_id=person_id))
