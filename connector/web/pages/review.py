"""Who is who: records that may speak of somebody we know, a person's word on them, and taking a join apart."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from connector.errors import ConflictError
from connector.services.paging import PageRequest
from connector.services.review import page_cases
from connector.services.review_decisions import join, separate
from connector.services.review_joined import page_joined, undo
from connector.web import labels, sync_labels, sync_words
from connector.web.asked import NUMBER, page_number, pages
from connector.web.session import current_actor, installation

blueprint = Blueprint("review", __name__, url_prefix="/review")

_CASES = 10
_JOINED = 50
_WORDS = {"labels": labels, "sync": sync_labels, "w": sync_words}


@blueprint.get("")
def index() -> str:
    page, source = page_number(), request.args.get("source") or None
    cases = page_cases(current_actor(), installation(), PageRequest(page, _CASES), source)
    return render_template(
        "pages/review.html",
        cases=cases.items,
        total=cases.total,
        source=source,
        page=page,
        pages=pages(cases.total, _CASES),
        **_WORDS,
    )


@blueprint.post(f"/<{NUMBER}:case_id>/same")
def same(case_id: int) -> Response:
    person = request.form.get("person", "")
    if not (person.isascii() and person.isdigit() and len(person) < 19):
        raise BadRequest
    join(current_actor(), installation(), case_id, int(person))
    flash(_("Genoteerd: dit is dezelfde persoon. We lezen de bron binnen een minuut opnieuw."), "success")
    return redirect(url_for("review.index"))


@blueprint.post(f"/<{NUMBER}:case_id>/other")
def other(case_id: int) -> Response:
    separate(current_actor(), installation(), case_id)
    flash(_("Genoteerd: dit is iemand anders. We lezen de bron binnen een minuut opnieuw."), "success")
    return redirect(url_for("review.index"))


@blueprint.get("/joined")
def joined() -> str:
    page = page_number()
    people = page_joined(current_actor(), installation(), PageRequest(page, _JOINED))
    return render_template(
        "pages/joined.html",
        people=people.items,
        total=people.total,
        page=page,
        pages=pages(people.total, _JOINED),
        **_WORDS,
    )


@blueprint.post("/joined/undo")
def take_apart() -> Response:
    try:
        found = undo(current_actor(), installation(), request.form.get("source", ""), request.form.get("key", ""))
    except ConflictError:
        flash(_("Geen ander record gaat over deze persoon. Er is dus niets om los te maken."), "info")
        return redirect(url_for("review.joined"))
    flash(_("Losgemaakt. Dit record gaat nu over een nieuwe persoon. We lezen de bronnen opnieuw."), "success")
    if found.has_account:
        flash(_("De account en het plan blijven bij de eerste persoon. Alleen de eigenaar kan dat veranderen."), "info")
    return redirect(url_for("review.joined"))
