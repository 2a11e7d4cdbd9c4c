"""What every answer of the API carries, and what it asks of a request."""

from __future__ import annotations

from flask import Flask, Response, g, request
from werkzeug.datastructures import MIMEAccept

from connector.api.problems import on_http_error, problem

API_VERSION = "1.0.0"


def is_api(path: str) -> bool:
    return path in ("/api", "/health") or path.startswith("/api/")


def dress_answers(app: Flask) -> None:
    """Make everything under /api answer as an API does, addresses that do not exist included."""
    app.before_request(_answer_wrong_address)
    app.after_request(_dress)


def check_accept() -> Response | None:
    """406 when the caller wants anything but JSON."""
    wanted = request.accept_mimetypes
    kinds = MIMEAccept([(kind.partition(";")[0], quality) for kind, quality in wanted])
    if not wanted or kinds.quality("application/json") > 0:
        return None
    return problem(406)


def _answer_wrong_address() -> Response | None:
    if request.routing_exception is None or not is_api(request.path):
        return None
    return on_http_error(request.routing_exception)


def _dress(response: Response) -> Response:
    if not is_api(request.path):
        return response
    response.headers["API-Version"] = API_VERSION
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.vary.update(["Accept", "Accept-Language", "Authorization"])
    if response.status_code < 400 and "language" in g:
        response.content_language.add(g.language)
    if response.status_code == 200 and request.method in ("GET", "HEAD"):
        response.add_etag()
        response.make_conditional(request)
    return response
