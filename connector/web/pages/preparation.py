"""Preparing a POP conversation, one question a page; what the other side has shown stands with the overview."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from connector.domain.access import Role
from connector.domain.form import Prefill, Question
from connector.errors import ConflictError, InputError, NotFoundError
from connector.services.job_profiles import JobProfile, find_job_profile
from connector.services.preparation import (
    LONGEST,
    OwnPreparation,
    read_preparation,
    read_shown,
    show_preparation,
    write_preparation,
)
from connector.web import labels
from connector.web.asked import NUMBER
from connector.web.session import current_actor, installation

blueprint = Blueprint("preparation", __name__, url_prefix="/prepare")


@blueprint.get(f"/<{NUMBER}:conversation_id>")
def overview(conversation_id: int) -> str:
    own = read_preparation(current_actor(), installation(), conversation_id)
    shown = read_shown(current_actor(), installation(), conversation_id)
    return render_template("pages/preparation.html", own=own, shown=shown, **_ways())


@blueprint.get(f"/<{NUMBER}:conversation_id>/questions/<question>")
def ask(conversation_id: int, question: str) -> str:
    return _question_page(conversation_id, question)


@blueprint.post(f"/<{NUMBER}:conversation_id>/questions/<question>")
def answer(conversation_id: int, question: str) -> Response | str | tuple[str, int]:
    said = request.form.get("answer", "")
    own = read_preparation(current_actor(), installation(), conversation_id)
    _asked(own, question)
    try:
        write_preparation(current_actor(), installation(), conversation_id, {question: said})
    except InputError:
        return _question_page(conversation_id, question, said=said, is_too_long=True), 400
    if request.headers.get("HX-Request"):  # still typing
        return _question_page(conversation_id, question, is_saved=True)
    following = _neighbour(own, question, 1)
    plain = request.args.get("plain")
    if following is None:
        return redirect(url_for(".overview", conversation_id=conversation_id, plain=plain))
    return redirect(url_for(".ask", conversation_id=conversation_id, question=following.key, plain=plain))


@blueprint.post(f"/<{NUMBER}:conversation_id>/show")
def show(conversation_id: int) -> Response:
    is_shown = request.form.get("shown") == "yes"
    try:
        show_preparation(current_actor(), installation(), conversation_id, is_shown=is_shown)
    except ConflictError:
        flash(_("Je hebt nog niets geschreven. Schrijf eerst een antwoord."), "warning")
    else:
        said = _("Je voorbereiding is nu te lezen.") if is_shown else _("Je voorbereiding is weer van jou alleen.")
        flash(said, "success")
    return redirect(url_for(".overview", conversation_id=conversation_id))


def _question_page(
    conversation_id: int, key: str, *, said: str | None = None, is_too_long: bool = False, is_saved: bool = False
) -> str:
    own = read_preparation(current_actor(), installation(), conversation_id)
    question = _asked(own, key)
    return render_template(
        "pages/preparation_question.html",
        own=own,
        question=question,
        topic=next(topic for topic in own.form.topics if question in topic.questions),
        number=own.form.questions.index(question) + 1,
        before=_neighbour(own, key, -1),
        said=own.answers.get(key, "") if said is None else said,
        is_too_long=is_too_long,
        is_saved=is_saved,
        longest=LONGEST,
        profile=_profile(own) if question.prefill is not None else None,
        Prefill=Prefill,
        labels=labels,
        **_ways(),
    )


def _ways() -> dict[str, object]:
    """What both pages need of who asks: the words to use, and whose form it is."""
    return {
        "language": str(get_locale()),
        "is_plain": bool(request.args.get("plain")),
        "is_employee": current_actor().role is Role.EMPLOYEE,
        "is_supervisor": current_actor().role is Role.SUPERVISOR,
    }


def _asked(own: OwnPreparation, key: str) -> Question:
    found = next((question for question in own.form.questions if question.key == key), None)
    if found is None:
        raise NotFound
    return found


def _neighbour(own: OwnPreparation, key: str, by: int) -> Question | None:
    place = [question.key for question in own.form.questions].index(key) + by
    return own.form.questions[place] if 0 <= place < len(own.form.questions) else None


def _profile(own: OwnPreparation) -> JobProfile | None:
    """What the function asks; None where it is not described."""
    if own.about.job_id is None:
        return None
    try:
        return find_job_profile(current_actor(), installation(), own.about.job_id)
    except NotFoundError:
        return None
