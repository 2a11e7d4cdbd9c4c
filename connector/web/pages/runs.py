"""Runs: what each did, what one would do, and a person's yes or no to a plan that waits."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connector.domain.access import Act, may, require
from connector.errors import ConflictError
from connector.services.connections import list_connections
from connector.services.paging import PageRequest
from connector.services.run_blocks import find_block
from connector.services.run_plan import ACTIONS, count_changes, list_changes
from connector.services.runs import STATES, Run, find_run, list_runs
from connector.services.sync import reject_plan
from connector.services.sync_orders import order_apply
from connector.web import labels, sync_labels, sync_words
from connector.web.asked import NUMBER, page_number, pages
from connector.web.plan_lines import plan_lines
from connector.web.session import current_actor, installation

blueprint = Blueprint("runs", __name__, url_prefix="/runs")

_RUNS = 20
_RECORDS = 50


@blueprint.get("")
def index() -> str:
    actor, page = current_actor(), page_number()
    sources = [(one.name, one.name) for one in list_connections(actor, installation())]
    source, state = request.args.get("source") or None, request.args.get("state") or None
    state = state if state in STATES else None
    found = list_runs(actor, installation(), PageRequest(page, _RUNS), source=source, state=state)
    return render_template(
        "pages/runs.html",
        runs=found,
        sources=sources,
        states=[(code, str(words)) for code, (words, _look) in sync_labels.RUN_STATES.items()],
        source=source,
        state=state,
        page=page,
        pages=pages(found.total, _RUNS),
        **_WORDS,
    )


@blueprint.get(f"/<{NUMBER}:number>")
def show(number: int) -> str:
    """One run with its records: those of its plan while it waits, else those that it has changed."""
    actor, page = current_actor(), page_number()
    run = find_run(actor, installation(), number)
    counts = count_changes(actor, installation(), number)
    resource, action = request.args.get("resource") or None, request.args.get("action") or None
    action = action if action in ACTIONS else None
    request_ = PageRequest(page, _RECORDS)
    records = list_changes(actor, installation(), number, request_, resource=resource, action=action)
    return render_template(
        "pages/run.html",
        run=run,
        records=records,
        lines=list(plan_lines(records.items)),
        counts_by=counts,
        resources=_choices({one.resource: sync_words.resource(one.resource, run.source) for one in counts}),
        actions=_choices({one.action: labels.tag(sync_labels.ACTIONS, one.action)[0] for one in counts}),
        resource=resource,
        action=action,
        page=page,
        pages=pages(records.total, _RECORDS),
        people=sync_words.people_lists(run.source),
        may_decide=_may_decide(run),
        blocked=find_block(actor, installation(), number),
        may_read_names=may(actor, Act.READ_PEOPLE),
        **_WORDS,
    )


@blueprint.get(f"/<{NUMBER}:number>/allow")
def confirm(number: int) -> str | Response:
    """The numbers once more, before a person says yes."""
    require(current_actor(), Act.SYNC)
    run = find_run(current_actor(), installation(), number)
    if run.state != "waits":
        raise ConflictError(f"this run does not wait: it is {run.state}", where=f"run {number}")
    if run.order is not None or find_block(current_actor(), installation(), number) is not None:
        return redirect(url_for("runs.show", number=number))  # which says why
    counts = count_changes(current_actor(), installation(), number)
    return render_template("pages/run_allow.html", run=run, counts=counts, **_WORDS)


@blueprint.post(f"/<{NUMBER}:number>/allow")
def allow(number: int) -> Response:
    if find_block(current_actor(), installation(), number) is not None:
        return redirect(url_for("runs.show", number=number))  # which says why
    order_apply(current_actor(), installation(), number)
    flash(_("Je hebt run %(number)s toegestaan. We schrijven hem zo meteen weg.", number=number), "success")
    return redirect(url_for("runs.show", number=number))


@blueprint.post(f"/<{NUMBER}:number>/reject")
def reject(number: int) -> Response:
    reject_plan(current_actor(), installation(), number)
    flash(_("Run %(number)s is verworpen. Er is niets gewijzigd.", number=number), "success")
    return redirect(url_for("runs.show", number=number))


_WORDS = {"labels": labels, "sync": sync_labels, "w": sync_words}


def _choices(words: dict[str, str]) -> list[tuple[str, str]]:
    return list(words.items())


def _may_decide(run: Run) -> bool:
    return run.state == "waits" and may(current_actor(), Act.SYNC)
