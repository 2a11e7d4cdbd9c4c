"""The systems that are read: how each is, and asking for a sync or a dry run."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from connector.domain.access import Act, may
from connector.services.connections import Connection, list_connections
from connector.services.paging import PageRequest
from connector.services.runs import Run, list_runs
from connector.services.sync_orders import order_sync
from connector.web import labels, sync_labels, sync_words
from connector.web.session import current_actor, installation

blueprint = Blueprint("connections", __name__, url_prefix="/connections")

_LAST = PageRequest(1, 8)


@dataclass(frozen=True, slots=True)
class _Card:
    """A connection with its last runs, the oldest first."""

    connection: Connection
    runs: tuple[Run, ...]

    @property
    def outcomes(self) -> list[tuple[str, int]]:
        """How many of the last runs ended in each way."""
        states = [run.state for run in self.runs]
        return [(state, states.count(state)) for state in sync_labels.RUN_STATES if state in states]


@blueprint.get("")
def index() -> str:
    actor = current_actor()
    cards = [
        _Card(one, list_runs(actor, installation(), _LAST, source=one.name).items[::-1])
        for one in list_connections(actor, installation())
    ]
    return render_template(
        "pages/connections.html",
        cards=cards,
        may_sync=may(actor, Act.SYNC),
        labels=labels,
        sync=sync_labels,
        w=sync_words,
    )


@blueprint.post("/<source>/sync")
def sync(source: str) -> Response:
    order_sync(current_actor(), installation(), source)
    flash(_("We lezen %(source)s binnen een minuut. Volg het bij de runs.", source=source), "success")
    return redirect(url_for("connections.index"))


@blueprint.post("/<source>/dry-run")
def dry_run(source: str) -> Response:
    order_sync(current_actor(), installation(), source, dry_run=True)
    flash(_("De proefrun van %(source)s begint binnen een minuut. Er wordt niets gewijzigd.", source=source), "success")
    return redirect(url_for("connections.index"))
