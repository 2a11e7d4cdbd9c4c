"""Headers, cookies, limits and CSRF: the same for every answer."""

from __future__ import annotations

from datetime import timedelta

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import BadRequest

from connector.web.session import GUARDED_BY_THEMSELVES, PUBLIC

_POLICY = (
    "default-src 'self'",
    "img-src 'self' data:",  # the design system draws its icons as data: masks
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
)
HEADERS = {
    "Content-Security-Policy": "; ".join(_POLICY),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}
_HSTS = "max-age=31536000"
_A_YEAR = "public, max-age=31536000, immutable"


def register(app: Flask, *, https: bool) -> CSRFProtect:
    """Protect every route of the app. `https` says how visitors reach it."""
    app.config.update(
        SESSION_COOKIE_NAME="__Host-pop" if https else "pop",  # browsers keep __Host- to this one host, over https
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        MAX_CONTENT_LENGTH=1024 * 1024,
        MAX_FORM_MEMORY_SIZE=512 * 1024,
        MAX_FORM_PARTS=500,
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session: nobody loses a form that took an afternoon
        WTF_CSRF_SSL_STRICT=https,
    )

    @app.after_request
    def add_headers(response: Response) -> Response:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if https:
            response.headers.setdefault("Strict-Transport-Security", _HSTS)
        if request.endpoint == "static":
            # A vendor folder has its version in its name; ours may change with any release.
            vendored = request.path.startswith("/static/vendor/")
            response.headers["Cache-Control"] = _A_YEAR if vendored else "no-cache"
        elif request.endpoint is None or "Cache-Control" not in response.headers:
            response.headers["Cache-Control"] = "no-store"
        return response

    app.before_request(_refuse_nul)
    return CSRFProtect(app)


def _refuse_nul() -> None:
    """No browser sends a NUL, and PostgreSQL takes no text that holds one."""
    if request.endpoint is None or request.endpoint in PUBLIC or request.path.startswith(GUARDED_BY_THEMSELVES):
        return
    asked = [request.path, *(value for _, value in request.args.items(multi=True))]
    if request.method == "POST":
        asked += [value for _, value in request.form.items(multi=True)]
    if any("\0" in text for text in asked):
        raise BadRequest
