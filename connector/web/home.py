"""The first page: each role has its own."""

from __future__ import annotations

from flask import Blueprint, redirect, url_for
from werkzeug.wrappers import Response

from connector.web.navigation import first_page
from connector.web.session import current_actor

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def start() -> Response:
    return redirect(url_for(first_page(current_actor().role)))
