"""/sync-runs: what was read, changed and refused, run by run; asking for a run, and deciding on one that waits."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from marshmallow import fields, validate

from connector.api.bearer import actor
from connector.api.blueprint import ApiBlueprint
from connector.api.paging import (
    EXAMPLE_ADDRESS,
    PageBody,
    PageQuery,
    PageWire,
    document_example,
    page_asked,
    page_body,
    page_example,
)
from connector.api.told import ToldWire
from connector.api.wire import Link, Wire, address, installation, words
from connector.services.run_plan import ACTIONS, list_changes
from connector.services.runs import STATES, Run, find_run, list_runs
from connector.services.sync import reject_plan
from connector.services.sync_orders import order_apply, order_sync

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
    since = fields.String(metadata={"description": "Only what changed since; left out when everything was read."})


class GuardWire(Wire):
    """What of a run must not pass unseen."""

    kind = fields.String(required=True)
    resource = fields.String(required=True)
    count = fields.Integer(required=True)
    known = fields.Integer(required=True)
    limit = fields.Integer(required=True, metadata={"description": "Above this number a person is asked."})
    sentence = fields.String(required=True, metadata={"description": "In English."})
    words = fields.String(metadata={"description": "In the language of the caller."})
    advice = fields.Nested(ToldWire)


class RunOrderWire(Wire):
    """A person's yes, until the run is written."""

    at = fields.DateTime(required=True)


class OpenWorkWire(Wire):
    """Numbers of records."""

    quarantined = fields.Integer(required=True, metadata={"description": "In quarantine; not what somebody ignores."})
    waiting = fields.Integer(required=True, metadata={"description": "Of which a person must say whose they are."})


class RunWire(Wire):
    """A run of the sync; `id` is the number to quote."""

    id = fields.Integer(attribute="number", required=True)
    source = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    started_at = fields.DateTime(required=True)
    finished_at = fields.DateTime()
    counts = fields.Nested(CountsWire, required=True)
    message = fields.String(metadata={"description": "What stopped it, and who must act, in English."})
    told = fields.Nested(ToldWire, metadata={"description": "The same by code, and in the language of the caller."})
    scans = fields.List(fields.Nested(ScanWire), required=True)
    kind = fields.String(required=True, validate=validate.OneOf(["full", "delta"]))
    mode = fields.String(required=True, validate=validate.OneOf(["routine", "planned"]))
    phase = fields.String(required=True, validate=validate.OneOf(["read", "apply"]))
    guards = fields.List(fields.Nested(GuardWire), required=True)
    acts = fields.String(
        required=True,
        validate=validate.OneOf(["nobody", "administrator", "system"]),
        metadata={"description": "Who has to do something now; `system` is whoever runs the source."},
    )
    open_work = fields.Nested(
        OpenWorkWire,
        required=True,
        metadata={"description": "What of its source waits for somebody now, whichever run found it."},
    )
    decided_at = fields.DateTime()
    order = fields.Nested(RunOrderWire, metadata={"description": "It was allowed, and is written soon."})


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


class ChangeQuery(PageQuery):
    """Which records of the run: those for which everything that is given holds."""

    resource = words(60)
    action = fields.String(validate=validate.OneOf(ACTIONS))


class FieldLineWire(Wire):
    """One field that changes; what is left out was or becomes nothing."""

    field = fields.String(required=True)
    old = fields.Raw()
    new = fields.Raw()
    cause = fields.String(required=True, metadata={"description": "The line of the mapping file."})


class ChangedRecordWire(Wire):
    """One record of a run; `key` is the source's own."""

    resource = fields.String(required=True)
    key = fields.String(required=True)
    name = fields.String()
    action = fields.String(required=True, validate=validate.OneOf(ACTIONS))
    fields_ = fields.List(fields.Nested(FieldLineWire), required=True, attribute="fields", data_key="fields")
    cause = fields.String()
    match = fields.String(metadata={"description": "How somebody new was found to be somebody known."})


class ChangePageWire(PageWire):
    """A page of records that a run changes."""

    items = fields.List(fields.Nested(ChangedRecordWire), required=True)


class SyncOrderWire(Wire):
    """A run that is asked for."""

    source = words(60, required=True)
    dry_run = fields.Boolean(load_default=False, metadata={"description": "Make a plan that waits; write nothing."})


class OrderedWire(Wire):
    """What was asked for; it begins within a minute."""

    source = fields.String(required=True)
    dry_run = fields.Boolean(required=True)
    runs = fields.Url(required=True, metadata={"description": "Where its run will be, the newest first."})


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
    "kind": "full",
    "mode": "routine",
    "phase": "apply",
    "guards": [],
    "acts": "administrator",
    "openWork": {"quarantined": 1, "waiting": 0},
}
_WAITING = {**_RUN, "state": "waits", "mode": "planned", "phase": "read", "acts": "administrator"}
_ALLOWED = {**_WAITING, "acts": "nobody", "order": {"at": "2026-11-23T08:05:00+00:00"}}
_REJECTED = {**_WAITING, "state": "rejected", "acts": "nobody", "decidedAt": "2026-11-23T08:05:00+00:00"}
_CHANGED = {
    "resource": "employees",
    "key": "12",
    "name": "Amina Peeters",
    "action": "changed",
    "fields": [{"field": "unit", "old": "3", "new": "4", "cause": "resources.employees.fields.unit"}],
}
_CHANGES = f"{EXAMPLE_ADDRESS}/sync-runs/41/changes?page=1&pageSize=20"
_CHANGE_PAGE = {"self": _CHANGES, "items": [_CHANGED], "page": 1, "pageSize": 20, "total": 1, "first": _CHANGES}
_ORDERED = {"source": "odoo", "dryRun": True, "runs": f"{EXAMPLE_ADDRESS}/sync-runs?source=odoo"}


@blueprint.reads("/sync-runs", RunPageWire, query=RunQuery, example=page_example("sync-runs", _RUN))
def list_all_runs(query: dict[str, Any]) -> PageBody:
    """The runs of the employer's sources, the newest first."""
    asked = page_asked(query)
    return page_body("sync-runs", list_runs(actor(), installation(), asked, **query), asked)


@blueprint.reads("/sync-runs/<number:id>", RunDocumentWire, example=document_example("sync-runs", _RUN))
def get_run(_query: dict[str, Any], run_id: int) -> Run:
    """One run, by its number."""
    return find_run(actor(), installation(), run_id)


@blueprint.reads("/sync-runs/<number:id>/changes", ChangePageWire, query=ChangeQuery, example=_CHANGE_PAGE)
def list_run_changes(query: dict[str, Any], run_id: int) -> PageBody:
    """The records that a run will change, while it waits, or has changed, each with its fields."""
    asked = page_asked(query)
    return page_body(
        f"sync-runs/{run_id}/changes", list_changes(actor(), installation(), run_id, asked, **query), asked
    )


@blueprint.does("/sync-runs", OrderedWire, body=SyncOrderWire, example=_ORDERED, status=202)
def order_run(order: dict[str, Any]) -> dict[str, Any]:
    """Let a source be synced soon."""
    order_sync(actor(), installation(), order["source"], dry_run=order["dry_run"])
    return {**order, "runs": address(f"/sync-runs?{urlencode({'source': order['source']})}")}


@blueprint.does(
    "/sync-runs/<number:id>/allow", RunDocumentWire, example=document_example("sync-runs", _ALLOWED), status=202
)
def allow_run(run_id: int) -> Run:
    """Let exactly what a waiting run has planned be written soon."""
    order_apply(actor(), installation(), run_id)
    return find_run(actor(), installation(), run_id)


@blueprint.does(
    "/sync-runs/<number:id>/reject", RunDocumentWire, example=document_example("sync-runs", _REJECTED), status=200
)
def reject_run(run_id: int) -> Run:
    """Throw the plan of a waiting run away: nothing of it is written."""
    reject_plan(actor(), installation(), run_id)
    return find_run(actor(), installation(), run_id)
