"""Supervisor: what was agreed with the own team, what asks attention, what it costs."""

from __future__ import annotations

import uuid

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connector.services.sharing import confirm_sheet
from connector.services.team import read_member, read_team
from connector.services.ticking import tick_today
from connector.web import labels
from connector.web.asked import NUMBER
from connector.web.gap_words import gap_rows
from connector.web.money_words import budget_rows, budget_total, cost_words
from connector.web.session import current_actor, installation
from connector.web.steps import cycle_steps

blueprint = Blueprint("team", __name__, url_prefix="/team")


@blueprint.get("")
def index() -> str:
    team = read_team(current_actor(), installation())
    return render_template(
        "pages/team.html",
        team=team,
        budgets=budget_rows(team.budgets),
        total=budget_total(team.budgets),
        cost_words=cost_words,
        labels=labels,
    )


@blueprint.get(f"/<{NUMBER}:person_id>")
def member(person_id: int) -> str:
    found = read_member(current_actor(), installation(), person_id)
    return render_template(
        "pages/member.html",
        member=found,
        bars=gap_rows(found.gaps),
        steps=cycle_steps(found.line.agenda),
        labels=labels,
    )


@blueprint.post("/agreements/<uuid:uid>/delivered")
def deliver(uid: uuid.UUID) -> Response:
    tick_today(current_actor(), installation(), uid)
    flash(_("Genoteerd: dit is geleverd."), "success")
    return redirect(url_for("team.index", _anchor="promises"))


@blueprint.post(f"/<{NUMBER}:person_id>/sheet/<{NUMBER}:version_id>/confirm")
def confirm(person_id: int, version_id: int) -> Response:
    confirm_sheet(current_actor(), installation(), version_id)
    flash(_("Genoteerd: jij bent akkoord met dit afsprakenblad."), "success")
    return redirect(url_for("team.member", person_id=person_id))
