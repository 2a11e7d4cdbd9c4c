"""What every template can use."""

from __future__ import annotations

from typing import Any

from flask import Flask, request

from connector.web import navigation
from connector.web.i18n import LANGUAGES, language
from connector.web.roles import role_name
from connector.web.session import shell, visitor


def register(app: Flask) -> None:
    app.add_template_global(role_name)
    app.context_processor(_of_request)


def _of_request() -> dict[str, Any]:
    return {
        "visitor": visitor(),
        "navigation": navigation.items(),
        "demo": shell().demo,
        "locale": language(),
        "languages": LANGUAGES.items(),
        "here": request.full_path.rstrip("?") if request.method == "GET" else None,
    }
