"""Languages: Dutch is the source text, English and French are catalogues. The choice works without JavaScript."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from flask import Blueprint, Flask, g, redirect, request, session, url_for
from flask_babel import Babel
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from connector.domain.access import TIMER
from connector.services.sessions import choose_language
from connector.web.session import installation, is_own_path, visitor
from connector.web.texts import count

LANGUAGES = {"nl": "Nederlands", "en": "English", "fr": "Français"}

blueprint = Blueprint("language", __name__)


def language() -> str:
    """The language of this request: chosen here, else the account's, else the browser's, else Dutch."""
    chosen = session.get("language")
    if chosen in LANGUAGES:
        return str(chosen)
    who = visitor()
    if who is not None and who.language in LANGUAGES:
        return who.language
    return request.accept_languages.best_match(list(LANGUAGES), default="nl") or "nl"


def register(app: Flask) -> None:
    app.config["BABEL_DEFAULT_LOCALE"] = "nl"
    folder = str(Path(__file__).parent / "translations")
    Babel(app, locale_selector=language, default_translation_directories=folder)
    app.jinja_env.globals["ngettext"] = count
    app.register_blueprint(blueprint)
    app.before_request(_ask_in_this_language)


def _ask_in_this_language() -> None:
    """Services answer in the language of the page, also where the account remembers another."""
    who = visitor()
    if who is not None and who.actor is not None:
        g.visitor = replace(who, actor=replace(who.actor, language=language()))


@blueprint.post("/language")
def choose() -> Response:
    code = request.form.get("language", "")
    if code not in LANGUAGES:
        raise BadRequest
    session["language"] = code
    who = visitor()
    if who is not None:
        choose_language(TIMER, installation(), who.account_id, code)
    back = request.form.get("back")
    return redirect(back if back and is_own_path(back) else url_for("home.start"))
