"""REST under /api/v1 and SCIM under /scim/v2: parse, call a service, render."""

from __future__ import annotations

from flask import Flask

from connector.api import (
    agreement_sheets,
    competencies,
    conversations,
    employees,
    health,
    job_profiles,
    metrics,
    quarantine,
    scim,
    sync_runs,
    trainings,
    webhooks_in,
)
from connector.api.description import describe, serve_description
from connector.api.headers import dress_answers
from connector.api.tracing import follow_requests

_COLLECTIONS = (
    employees,
    job_profiles,
    competencies,
    trainings,
    agreement_sheets,
    conversations,
    sync_runs,
    quarantine,
)


def register(app: Flask) -> None:
    """Add the API and /health to an application whose `extensions["pop"]` is the installation.

    Every request of the application, pages too, gets a number that its log lines carry.
    """
    follow_requests(app)
    dress_answers(app)
    api = describe(app)
    for collection in _COLLECTIONS:
        api.register_blueprint(collection.blueprint)
    app.extensions["csrf"].exempt(sync_runs.blueprint)  # a token opens it, never a cookie
    app.register_blueprint(health.blueprint)
    app.register_blueprint(metrics.blueprint)
    webhooks_in.register(app)
    scim.register(app)
    serve_description(app, api)
