"""One number per request, in the answer and in every log line that the request causes."""

from __future__ import annotations

import re
import time
import uuid

import structlog
from flask import Flask, Response, g, request

from connector.logs import get_logger

HEADER = "BelGov-Trace-Id"
RELATED = "BelGov-Related-Trace-Id"
_OURS_TO_REPEAT = re.compile(r"[A-Za-z0-9-]{1,36}")
_log = get_logger("connector.requests")


def follow_requests(app: Flask) -> None:
    """Give every request of the application a number, and log what became of it: never its query or its body."""
    first = app.before_request_funcs.setdefault(None, [])
    first.insert(0, _begin)  # before the guard of the pages, which may answer by itself
    app.after_request(_end)


def trace_id() -> str:
    """The number of this request: ours, never the caller's."""
    if "trace_id" not in g:
        g.trace_id = str(uuid.uuid4())
    return str(g.trace_id)


def _begin() -> None:
    g.began_at = time.perf_counter()
    structlog.contextvars.clear_contextvars()
    structlog.contextvars.bind_contextvars(request=trace_id())


def _end(response: Response) -> Response:
    response.headers[HEADER] = trace_id()
    theirs = request.headers.get(HEADER, "")
    if _OURS_TO_REPEAT.fullmatch(theirs):
        response.headers[RELATED] = theirs
    _log.info(
        "request",
        method=request.method,
        route=request.url_rule.rule if request.url_rule else None,
        status=response.status_code,
        milliseconds=round((time.perf_counter() - g.began_at) * 1000, 1),
    )
    structlog.contextvars.clear_contextvars()
    return response
