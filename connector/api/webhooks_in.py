"""/api/v1/webhooks/SOURCE: where another system tells what changed, by Standard Webhooks."""

from __future__ import annotations

import math

from flask import Blueprint, Flask, Response, current_app, jsonify, request
from werkzeug.exceptions import HTTPException

from connector.api import problems
from connector.api.rate import Budget
from connector.api.wire import ROOT, installation
from connector.domain.access import TIMER
from connector.errors import InputError, NotAllowedError, NotFoundError
from connector.services.webhooks import Delivery, receive_webhook

MOST_BYTES = 256 * 1024
EVENTS_PER_SECOND = 200
BURST = 2000
RULE = f"{ROOT}/webhooks/<source>"

blueprint = Blueprint("webhooks-in", __name__)


def register(app: Flask) -> None:
    """Take the endpoint into the application: a signature guards it, not a session."""
    app.extensions["pop_webhook_budget"] = Budget(EVENTS_PER_SECOND, BURST)
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


@blueprint.post(RULE)
def receive(source: str) -> Response:
    """202 for an event that was taken in, 200 for one that was taken in before."""
    request.max_content_length = MOST_BYTES
    delivery = Delivery(
        event=request.headers.get("webhook-id"),
        timestamp=request.headers.get("webhook-timestamp"),
        signatures=request.headers.get("webhook-signature"),
        body=request.get_data(cache=False),
    )
    is_new = receive_webhook(TIMER, installation(), source, delivery, admitted=lambda: _admit(source))
    response = jsonify(taken="in" if is_new else "before")
    response.status_code = 202 if is_new else 200
    return response


class _TooManyError(Exception):
    """Its sender has to wait so many seconds."""

    def __init__(self, wait: float) -> None:
        super().__init__(wait)
        self.wait = wait


def _admit(source: str) -> None:
    budget: Budget = current_app.extensions["pop_webhook_budget"]
    wait = budget.wait_seconds(source)
    if wait:
        raise _TooManyError(wait)


@blueprint.errorhandler(_TooManyError)
def _on_too_many(error: _TooManyError) -> Response:
    return problems.problem(429, "Too many events.", headers={"Retry-After": str(math.ceil(error.wait))})


@blueprint.errorhandler(NotAllowedError)
def _on_not_genuine(error: NotAllowedError) -> Response:
    return problems.problem(401, f"{error.what[:1].upper()}{error.what[1:]}.", kind=problems.NO_SIGNATURE)


@blueprint.errorhandler(InputError)
def _on_unreadable(error: InputError) -> Response:
    location = "header" if error.where == "webhook-timestamp" else "body"
    return problems.problem(
        400, f"{error.what[:1].upper()}{error.what[1:]}.", issues=problems.issues_in(location, error)
    )


blueprint.register_error_handler(HTTPException, problems.on_http_error)
blueprint.register_error_handler(NotFoundError, problems.on_not_found)
blueprint.register_error_handler(Exception, problems.on_any_error)
