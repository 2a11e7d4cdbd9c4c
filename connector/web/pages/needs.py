"""Training department: what is asked by enough people, and what the offer has for it."""

from __future__ import annotations

from flask import Blueprint, render_template

from connector.services.needs import read_needs
from connector.web.asked import number
from connector.web.session import current_actor, installation

blueprint = Blueprint("needs", __name__, url_prefix="/needs")


@blueprint.get("")
def index() -> str:
    view = read_needs(current_actor(), installation(), unit_id=number("unit"))
    units = [(unit.unit_id, unit.name) for unit in view.units]
    return render_template("pages/needs.html", view=view, units=units)
