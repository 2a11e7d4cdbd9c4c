"""Who may come in: the bearer of a token for this one source, at a bounded pace. And how everything wrong is told."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, g, request
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException, MethodNotAllowed
from werkzeug.routing import RequestRedirect

from connector.api.rate import Budget
from connector.api.scim.answers import ROOT, error, throttled
from connector.api.wire import installation
from connector.domain.access import TIMER, Actor
from connector.domain.scim_error import ScimError
from connector.errors import InputError, NotAllowedError, NotFoundError, RetryError, StoreError
from connector.logs import get_logger
from connector.services.pushed import find_inbox
from connector.services.tokens import TokenFault, identify_token

CALLS_PER_SECOND = 100
BURST = 2000
_REALM = 'Bearer realm="pop-scim"'
_STATUS = {"uniqueness": 409, "precondition": 412, "tooMany": 413}
_log = get_logger("connector.api.scim")

blueprint = Blueprint("scim", __name__, url_prefix=f"{ROOT}/<source>")


def actor() -> Actor:
    """Who pushes in this request."""
    found: Actor = g.actor
    return found


def source() -> str:
    """The source of this request."""
    return str(g.source)


def register(app: Flask) -> None:
    """Take the endpoint into the application: without a session, so without what guards forms."""
    app.extensions["pop_scim_budget"] = Budget(CALLS_PER_SECOND, BURST)
    app.before_request(_answer_wrong_address)
    app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(blueprint)


def is_scim(path: str) -> bool:
    return path == "/scim" or path.startswith("/scim/")


@blueprint.url_value_preprocessor
def _take_source(_endpoint: str | None, values: dict[str, object] | None) -> None:
    """The source stands in every address: views need not take it."""
    g.source = (values or {}).pop("source")


@blueprint.before_request
def _check_token() -> Response | None:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not secret.strip():
        return error(401, "Send a token made with `pop token create --source …`.", headers={"WWW-Authenticate": _REALM})
    found = identify_token(TIMER, installation(), secret.strip())
    if isinstance(found, TokenFault):
        detail = "This token has expired." if found is TokenFault.EXPIRED else "This token is not known or was revoked."
        return error(401, detail, headers={"WWW-Authenticate": f'{_REALM}, error="invalid_token"'})
    g.actor = found
    find_inbox(found, installation(), source())
    wait = _budget().wait_seconds(source())
    return throttled(wait) if wait else None


def _budget() -> Budget:
    found: Budget = current_app.extensions["pop_scim_budget"]
    return found


def _answer_wrong_address() -> Response | None:
    if request.routing_exception is None or not is_scim(request.path):
        return None
    return _on_http_error(request.routing_exception)


@blueprint.errorhandler(HTTPException)
def _on_http_error(problem: HTTPException) -> Response:
    status = 404 if isinstance(problem, RequestRedirect) else problem.code or 500
    allowed = problem.valid_methods if isinstance(problem, MethodNotAllowed) else None
    headers = {"Allow": ", ".join(sorted(allowed))} if allowed else None
    return error(status, _DETAILS.get(status, "This request cannot be answered."), headers=headers)


_DETAILS = {
    404: "There is nothing at this address.",
    405: "This cannot be done here.",
    413: "This is too large.",
}


@blueprint.errorhandler(ScimError)
def _on_scim_error(problem: ScimError) -> Response:
    status = _STATUS.get(problem.kind, 400)
    kind = None if problem.kind in ("precondition", "tooMany") else problem.kind
    return error(status, problem.sentence(), kind)


@blueprint.errorhandler(InputError)
def _on_input_error(problem: InputError) -> Response:
    return error(400, problem.sentence(), "invalidSyntax")


@blueprint.errorhandler(NotAllowedError)
def _on_not_allowed(_problem: NotAllowedError) -> Response:
    return error(403, "This token is not for this source.")


@blueprint.errorhandler(NotFoundError)
def _on_not_found(problem: NotFoundError) -> Response:
    return error(404, f"{problem.what[:1].upper()}{problem.what[1:]}.")


@blueprint.errorhandler(Exception)
def _on_any_error(problem: Exception) -> Response:
    """The sender tries again: what is wrong on our side must not look as if it was wrong on theirs."""
    _log.error("request failed", exc_info=problem)
    if isinstance(problem, StoreError | RetryError | OperationalError):
        return error(503, "This cannot be done now.", headers={"Retry-After": "60"})
    return error(500, "Something went wrong on our side.")
