"""HR: whose conversation comes next, and the dossier to prepare it with."""

from __future__ import annotations

from flask import Blueprint, render_template, request

from connector.services.dossier import read_dossier
from connector.services.people_list import list_people
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
