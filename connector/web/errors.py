"""Errors as pages: one plain sentence on what happened and one on what to do. Details go to the log only."""

from __future__ import annotations

import logging
import traceback

from flask import Flask, g, jsonify, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from connector import errors

_log = logging.getLogger(__name__)

_STATUS: dict[type[errors.PopError], int] = {
    errors.InputError: 400,
    errors.NotAllowedError: 403,
    errors.NotFoundError: 404,
    errors.ConflictError: 409,
    errors.RetryError: 503,
}
_TEXTS = {
    400: (
        _("Dit kunnen we niet lezen"),
        _("Er klopt iets niet met wat je hebt ingestuurd. Ga terug en probeer opnieuw."),
    ),
    403: (
        _("Dit mag je niet zien"),
        _("Deze pagina is niet voor jouw rol. Denk je dat dit fout is? Vraag het aan je HR-dienst."),
    ),
    404: (
        _("Deze pagina vinden we niet"),
        _("Misschien is het adres fout. Of je mag deze pagina niet zien."),
    ),
    405: (
        _("Dit kan hier niet"),
        _("Ga naar de startpagina en begin opnieuw."),
    ),
    409: (
        _("Iemand was je voor"),
        _("Er is intussen iets veranderd. Kijk eerst opnieuw."),
    ),
    413: (
        _("Dit is te groot"),
        _("Stuur minder tekst in en probeer opnieuw."),
    ),
    500: (
        _("Er ging iets mis"),
        _("Dat ligt niet aan jou. Probeer het straks opnieuw. Lukt het dan nog niet? Vraag hulp aan je IT-dienst."),
    ),
    503: (
        _("Dit lukt nu niet"),
        _("Een ander systeem antwoordt niet. Probeer het straks opnieuw."),
    ),
}
_FORM_TOO_OLD = (_("Dit formulier is te oud"), _("Ga terug, laad de pagina opnieuw en probeer nog eens."))


def register(app: Flask) -> None:
    app.register_error_handler(CSRFError, _of_csrf)
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(errors.PopError, _of_ours)
    app.register_error_handler(Exception, _of_anything)


def _of_csrf(_error: CSRFError) -> tuple[Response | str, int]:
    return _answer(400, _FORM_TOO_OLD)


def _of_http(error: HTTPException) -> Response | tuple[Response | str, int]:
    status = error.code or 500
    if error.response is not None or status < 400:
        return error.get_response()
    return _answer(status)


def _of_ours(error: errors.PopError) -> tuple[Response | str, int]:
    status = next((status for kind, status in _STATUS.items() if isinstance(error, kind)), 500)
    if status >= 500:
        _log.error("%s", error)
    return _answer(status)


def _of_anything(error: Exception) -> tuple[Response | str, int]:
    # The lines of code go to the log, not the address nor the text of the error: those may hold personal values.
    lines = "".join(traceback.format_tb(error.__traceback__))
    _log.error("%s at %s\n%s", type(error).__name__, request.endpoint, lines)
    return _answer(500)


def _answer(status: int, text: tuple[object, object] | None = None) -> tuple[Response | str, int]:
    title, body = text or _TEXTS.get(status) or _TEXTS[400 if status < 500 else 500]
    if request.path.startswith("/api/"):
        answer = jsonify(type="about:blank", title=str(title), status=status, detail=str(body))
        answer.mimetype = "application/problem+json"
        return answer, status
    if "visitor" not in g:
        g.visitor = None
    return render_template("shell/error.html", heading=title, body=body), status
