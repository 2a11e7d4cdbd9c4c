"""The first page: each role has its own."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, url_for
from werkzeug.wrappers import Response

from connector.web.navigation import first_page
from connector.web.session import visitor

blueprint = Blueprint("home", __name__)


@blueprint.get("/")
def start() -> Response | tuple[str, int] | str:
    who = visitor()
    if who is None or who.actor is None:
        return render_template("shell/no_role.html"), 403
    endpoint = first_page(who.actor.role)
    return redirect(url_for(endpoint)) if endpoint else render_template("shell/no_page.html")
