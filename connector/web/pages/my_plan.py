"""Employee: my plan in my words, what to do now, what was promised to me, who sees what."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connector.domain.goal import GoalState
from connector.errors import InputError
from connector.services.my_page import read_my_page
from connector.services.own_goals import (
    own_gap,
    read_own_goal,
    read_share_form,
    rewrite_goal,
    share_goals,
    write_goal,
)
from connector.services.preparing import mark_prepared
from connector.services.sharing import confirm_sheet
from connector.services.ticking import tick_today
from connector.web import labels
from connector.web.asked import NUMBER
from connector.web.gap_words import gap_rows
from connector.web.goal_form import GoalForm
from connector.web.session import current_actor, installation, visitor

blueprint = Blueprint("my_plan", __name__, url_prefix="/my-plan")


@blueprint.get("")
def index() -> str:
    page = read_my_page(current_actor(), installation())
    who = visitor()
    name = page.name or (who.name if who else "")
    return render_template("pages/my_plan.html", page=page, name=name, bars=gap_rows(page.gaps), labels=labels)


@blueprint.get("/goals/new")
def new_goal() -> str:
    return _goal_page(GoalForm())


@blueprint.post("/goals/new")
def add_goal() -> Response | tuple[str, int]:
    form = GoalForm.sent(request.form)
    if not form.problems:
        form = _kept(form, write_goal)
    return (_goal_page(form), 400) if form.problems else _to_goals()


@blueprint.get("/goals/<uuid:goal_id>")
def goal(goal_id: uuid.UUID) -> str:
    actor = current_actor()
    found = read_own_goal(actor, installation(), goal_id)
    form = GoalForm.of(found.goal, [line.competency_id for line in own_gap(actor, installation())])
    return _goal_page(form, goal_id, is_shared=found.is_shared)


@blueprint.post("/goals/<uuid:goal_id>")
def change_goal(goal_id: uuid.UUID) -> Response | tuple[str, int]:
    form = GoalForm.sent(request.form)
    if not form.problems:
        keep = partial(rewrite_goal, goal_id=goal_id, state=GoalState(form.state))
        form = _kept(form, keep)
    return (_goal_page(form, goal_id), 400) if form.problems else _to_goals()


@blueprint.get("/share")
def share_form() -> str:
    return _share_page([])


@blueprint.post("/share")
def share() -> Response | tuple[str, int]:
    try:
        chosen = [uuid.UUID(text) for text in request.form.getlist("goal")]
        share_goals(current_actor(), installation(), chosen)
    except (InputError, ValueError):
        return _share_page([_("Kies minstens één doel.")]), 400
    flash(_("Je afsprakenblad is gedeeld."), "success")
    return redirect(url_for("my_plan.index", _anchor="who-sees-what"))


@blueprint.post(f"/sheet/<{NUMBER}:version_id>/confirm")
def confirm(version_id: int) -> Response:
    confirm_sheet(current_actor(), installation(), version_id)
    flash(_("Genoteerd: jij bent akkoord met je afsprakenblad."), "success")
    return redirect(url_for("my_plan.index"))


@blueprint.post(f"/conversations/<{NUMBER}:conversation_id>/prepared")
def prepared(conversation_id: int) -> Response:
    mark_prepared(current_actor(), installation(), conversation_id)
    flash(_("Genoteerd: je hebt je gesprek voorbereid."), "success")
    return redirect(url_for("my_plan.index"))


@blueprint.post("/agreements/<uuid:uid>/done")
def done(uid: uuid.UUID) -> Response:
    tick_today(current_actor(), installation(), uid)
    flash(_("Genoteerd: deze afspraak is klaar."), "success")
    return redirect(url_for("my_plan.index", _anchor="agreements"))


def _kept(form: GoalForm, keep: Callable[..., object]) -> GoalForm:
    """The form after `keep` took it, with what it found wrong, if anything."""
    try:
        keep(current_actor(), installation(), draft=form.draft, competency_id=form.competency_id)
    except InputError as error:
        return form.refused(error.problems)
    flash(_("Je doel is bewaard."), "success")
    return form


def _to_goals() -> Response:
    return redirect(url_for("my_plan.index", _anchor="goals"))


def _goal_page(form: GoalForm, goal_id: uuid.UUID | None = None, *, is_shared: bool = False) -> str:
    lines = own_gap(current_actor(), installation())
    return render_template(
        "pages/goal.html",
        form=form,
        heading=_("Een nieuw doel") if goal_id is None else _("Mijn doel"),
        action=url_for("my_plan.add_goal") if goal_id is None else url_for("my_plan.change_goal", goal_id=goal_id),
        choices=[(str(line.competency_id), line.label) for line in lines if line.label],
        states=[] if goal_id is None else [(code, str(text)) for code, (text, _look) in labels.GOAL_STATES.items()],
        is_shared=is_shared,
    )


def _share_page(problems: list[str]) -> str:
    form = read_share_form(current_actor(), installation())
    return render_template("pages/share.html", form=form, problems=problems)
