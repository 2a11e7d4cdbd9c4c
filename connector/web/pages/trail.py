"""One person from the source to here, in five steps; nothing is written."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from connector.domain.access import Act, may
from connector.errors import NotFoundError
from connector.services.connections import list_connections
from connector.services.explain import Explanation, explain, records_of
from connector.web import labels, sync_labels, sync_words
from connector.web.session import current_actor, installation

blueprint = Blueprint("trail", __name__, url_prefix="/trail")

_LONGEST = 200  # letters of a key


@blueprint.get("")
def index() -> str | Response | tuple[str, int]:
    """What was taken over of one person; without a key, the form that asks for one."""
    source, key = request.args.get("source", ""), request.args.get("key", "").strip()[:_LONGEST]
    if not key:
        return _page(source, key)
    if not source:
        return _by_number(key)
    return _followed(source, key, live=False)


@blueprint.post("")
def ask() -> str | tuple[str, int]:
    """The same, with what the source says of this person now."""
    return _followed(request.form.get("source", ""), request.form.get("key", "").strip()[:_LONGEST], live=True)


def _followed(source: str, key: str, *, live: bool) -> str | tuple[str, int]:
    try:
        found = explain(current_actor(), installation(), source, key, live=live)
    except NotFoundError:
        return _page(source, key, is_unknown=True), 404
    return _page(source, key, found)


def _by_number(number: str) -> str | Response | tuple[str, int]:
    try:
        records = records_of(current_actor(), installation(), number)
    except NotFoundError:
        return _page("", number, is_unknown=True), 404
    if len(records) == 1:
        return redirect(url_for("trail.index", source=records[0][0], key=records[0][1]))
    return _page("", number, records=records)


def _page(
    source: str,
    key: str,
    found: Explanation | None = None,
    *,
    records: list[tuple[str, str]] | None = None,
    is_unknown: bool = False,
) -> str:
    actor = current_actor()
    return render_template(
        "pages/trail.html",
        source=source,
        key=key,
        found=found,
        records=records or [],
        is_unknown=is_unknown,
        sources=[(one.name, one.name) for one in list_connections(actor, installation())],
        may_ask=may(actor, Act.SYNC),
        labels=labels,
        sync=sync_labels,
        w=sync_words,
    )
