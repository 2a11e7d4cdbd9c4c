"""/sync-runs: what was read, changed and refused, run by run."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, validate

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import PageBody, PageQuery, PageWire, document_example, page_asked, page_body, page_example
from connector.api.wire import Link, Wire, installation, words
from connector.services.runs import STATES, Run, find_run, list_runs

blueprint = ApiBlueprint(
    "sync-runs", "Runs of the sync. read = new + changed + same + quarantined + waiting + outOfScope."
)


class CountsWire(Wire):
    """Records by what became of them; `missing` and `left` are people or things, not records read."""

    read = fields.Integer(required=True)
    new = fields.Integer(required=True)
    changed = fields.Integer(required=True)
    same = fields.Integer(required=True)
    quarantined = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    out_of_scope = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    left = fields.Integer(required=True)


class ScanWire(Wire):
    """One pass over one resource of the source."""

    resource = fields.String(required=True)
    state = fields.String(required=True)
    total = fields.Integer(metadata={"description": "As the source declares it; left out when it does not."})
    counts = fields.Nested(CountsWire, required=True)


class RunWire(Wire):
    """A run of the sync; `id` is the number to quote."""

    id = fields.Integer(attribute="number", required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    started_at = fields.DateTime(required=True)
    finished_at = fields.DateTime()
    counts = fields.Nested(CountsWire, required=True)
    message = fields.String(metadata={"description": "What stopped it, and who must act."})
    scans = fields.List(fields.Nested(ScanWire), required=True)


class RunItemWire(RunWire):
    """A run in a list."""

    href = Link("sync-runs", attribute="number", required=True)


class RunDocumentWire(RunWire):
    """One run."""

    self = Link("sync-runs", attribute="number", required=True)


class RunPageWire(PageWire):
    """A page of runs."""

    items = fields.List(fields.Nested(RunItemWire), required=True)


class RunQuery(PageQuery):
    """Which runs: those for which everything that is given holds."""

    source = words(60)
    state = fields.String(validate=validate.OneOf(STATES))


_COUNTS = {
    "read": 80,
    "new": 2,
    "changed": 1,
    "same": 76,
    "quarantined": 1,
    "waiting": 0,
    "outOfScope": 0,
    "missing": 0,
    "left": 0,
}
_RUN = {
    "id": 41,
    "source": "odoo",
    "state": "done",
    "startedAt": "2026-11-23T01:30:00+00:00",
    "finishedAt": "2026-11-23T01:30:04+00:00",
    "counts": _COUNTS,
    "scans": [{"resource": "employees", "state": "complete", "total": 80, "counts": _COUNTS}],
}


@blueprint.reads("/sync-runs", RunPageWire, query=RunQuery, example=page_example("sync-runs", _RUN))
def list_all_runs(query: dict[str, Any]) -> PageBody:
    """The runs of the employer's sources, the newest first."""
    asked = page_asked(query)
    return page_body("sync-runs", list_runs(actor(), installation(), asked, **query), asked)


@blueprint.reads("/sync-runs/<number:id>", RunDocumentWire, example=document_example("sync-runs", _RUN))
def get_run(_query: dict[str, Any], run_id: int) -> Run:
    """One run, by its number."""
    return find_run(actor(), installation(), run_id)
