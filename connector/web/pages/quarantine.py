"""Records that were not taken over: why, and leaving one as it is, correcting it here for a while, or trying again."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.errors import InputError
from connector.services.corrections import correct_problem, end_correction, list_corrections
from connector.services.paging import PageRequest
from connector.services.quarantine import (
    QuarantineEntry,
    count_reasons,
    find_entry,
    list_quarantine,
    quarantined_sources,
)
from connector.services.quarantine_acts import ignore, replay, unignore
from connector.web import labels, sync_labels, sync_words
from connector.web.asked import NUMBER, page_number, pages
from connector.web.session import current_actor, installation
from connector.web.texts import count as ngettext
from connector.web.texts import say as _

blueprint = Blueprint("quarantine", __name__, url_prefix="/quarantine")

_SIZE = 25
_WORDS = {"labels": labels, "sync": sync_labels, "w": sync_words}


@blueprint.get("")
def index() -> str:
    actor, page, ignored_page = current_actor(), page_number(), page_number("ignored")
    source, reason = request.args.get("source") or None, request.args.get("reason") or None
    open_ = list_quarantine(actor, installation(), PageRequest(page, _SIZE), source=source, reason=reason)
    left = list_quarantine(actor, installation(), PageRequest(ignored_page, _SIZE), source=source, ignored=True)
    reasons = count_reasons(actor, installation(), source)
    return render_template(
        "pages/quarantine.html",
        entries=open_.items,
        total=open_.total,
        ignored=left,
        corrections=list_corrections(actor, installation(), source),
        source=source,
        sources=[(name, name) for name in quarantined_sources(actor, installation())],
        reason=reason,
        reasons=[(one.code, f"{one.name} ({sync_words.number_words(one.count)})") for one in reasons],
        page=page,
        pages=pages(open_.total, _SIZE),
        ignored_page=ignored_page,
        ignored_pages=pages(left.total, _SIZE),
        **_WORDS,
    )


@blueprint.get(f"/<{NUMBER}:entry_id>")
def show(entry_id: int) -> str:
    return _page(find_entry(current_actor(), installation(), entry_id), {})


@blueprint.post(f"/<{NUMBER}:entry_id>/ignore")
def leave(entry_id: int) -> Response | tuple[str, int]:
    entry = find_entry(current_actor(), installation(), entry_id)
    try:
        ignore(current_actor(), installation(), entry_id, request.form.get("reason", ""))
    except InputError as error:
        return _page(entry, {f"ignore-{name}": _problem(name) for name in error.problems}), 400
    flash(_("Dit record blijft zoals het is. Verandert het probleem, dan zie je het hier weer."), "success")
    return redirect(url_for("quarantine.index", source=entry.source))


@blueprint.post(f"/<{NUMBER}:entry_id>/unignore")
def tell_again(entry_id: int) -> Response:
    unignore(current_actor(), installation(), entry_id)
    flash(_("Dit probleem staat weer in de lijst."), "success")
    return redirect(url_for("quarantine.show", entry_id=entry_id))


@blueprint.post(f"/<{NUMBER}:entry_id>/correct")
def correct(entry_id: int) -> Response | tuple[str, int]:
    entry = find_entry(current_actor(), installation(), entry_id)
    until = _day(request.form.get("until", ""))
    try:
        if until is None:
            raise InputError("until: is not a day", problems={"until": ["is not a day"]})
        correct_problem(
            current_actor(),
            installation(),
            entry_id,
            value=request.form.get("value", "").strip() or None,
            until=until,
            reason=request.form.get("reason", ""),
        )
    except InputError as error:
        return _page(entry, {name: _problem(name) for name in error.problems or {"value": []}}), 400
    flash(_("Verbeterd. We lezen dit record binnen een minuut opnieuw."), "success")
    return redirect(url_for("quarantine.index", source=entry.source))


@blueprint.post("/replay")
def try_again() -> Response:
    source = request.form.get("source") or None
    sources = replay(current_actor(), installation(), source)
    if sources:
        text = ngettext("We lezen %(num)s bron opnieuw.", "We lezen %(num)s bronnen opnieuw.", len(sources))
        flash(f"{text} {_('Volg het bij de runs.')}", "success")
    else:
        flash(_("Er is niets om opnieuw te proberen."), "info")
    return redirect(url_for("quarantine.index", source=source))


@blueprint.post(f"/corrections/<{NUMBER}:correction_id>/end")
def end(correction_id: int) -> Response:
    end_correction(current_actor(), installation(), correction_id)
    flash(_("Deze verbetering is gestopt. We lezen weer wat de bron zegt."), "success")
    return redirect(url_for("quarantine.index", _anchor="corrections"))


def _page(entry: QuarantineEntry, problems: dict[str, str]) -> str:
    return render_template("pages/quarantined.html", entry=entry, problems=problems, sent=request.form, **_WORDS)


def _problem(field: str) -> str:
    return {
        "reason": _("Schrijf waarom. Hou het korter dan 500 tekens."),
        "until": _("Kies een dag vanaf vandaag, en binnen een jaar."),
        "field": _("Dit veld kan je hier niet verbeteren."),
    }.get(field, _("Deze waarde past niet in dit veld."))


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        return None
