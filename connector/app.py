"""The Flask application: pages, sign-in and REST on one installation.

`create_app` takes parts; `create_wsgi` reads the settings, for a server of your own:

    gunicorn "connector.app:create_wsgi()"
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from flask import Flask

from connector import api
from connector.assembly import open_installation
from connector.errors import ConfigurationError
from connector.http.identity_provider import IdentityProvider
from connector.logs import set_up_logs
from connector.services.installation import Installation
from connector.settings import Settings, SignInSettings
from connector.settings_file import load
from connector.web import (
    assets,
    context,
    deep_links,
    demo_sign_in,
    errors,
    home,
    i18n,
    roles,
    security,
    session,
    words,
)
from connector.web import sign_in as signing_in
from connector.web.pages import blueprints


def create_app(
    installation: Installation, *, secret_key: str | bytes, demo: bool = False, sign_in: SignInSettings | None = None
) -> Flask:
    """The application. `demo` gives everybody a button per role: never on an installation with real people."""
    app = Flask("connector.web")
    app.secret_key = secret_key
    app.url_map.strict_slashes = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.extensions["pop"] = installation
    app.extensions["pop_pages"] = session.Shell(
        _provider(installation, sign_in), demo, sign_in.employer if sign_in else None
    )
    security.register(app, https=installation.base_url.startswith("https://"))
    session.register(app)
    i18n.register(app)
    words.register(app)
    context.register(app)
    assets.register(app)
    errors.register(app)
    pages = [home.blueprint, roles.blueprint, signing_in.blueprint, deep_links.blueprint, *blueprints()]
    if demo:
        pages.append(demo_sign_in.blueprint)
    for blueprint in pages:
        app.register_blueprint(blueprint)
    api.register(app)
    return app


def create_wsgi(settings: Settings | None = None, *, demo: bool = False) -> Flask:
    """The application as the settings say (None: config.toml here, and the environment)."""
    set_up_logs()
    settings = settings or load(None)
    key = secret_key(settings.server.secret_key_file)
    return create_app(open_installation(settings), secret_key=key, demo=demo, sign_in=settings.sign_in)


def secret_key(path: Path) -> str:
    """The key that signs cookies; made at first use, readable by this user only."""
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    except OSError as error:
        raise ConfigurationError("cannot be written", where="server.secret_key_file", tried=str(path)) from error
    key = path.read_text(encoding="utf-8").strip()
    if len(key) < 32:
        raise ConfigurationError("this key is too short", where="server.secret_key_file", todo="Delete the file.")
    return key


def _provider(installation: Installation, sign_in: SignInSettings | None) -> IdentityProvider | None:
    if sign_in is None or sign_in.issuer is None:
        return None
    if not sign_in.client_id:
        raise ConfigurationError("this is needed beside an issuer", where="sign_in.client_id")
    if sign_in.employee_number_claim and sign_in.employer not in installation.employers:
        raise ConfigurationError(
            "this must be one of the organisations, for an employee number means nothing without its employer",
            where="sign_in.employer",
            todo=f"Use one of: {', '.join(installation.employers) or 'none yet'}.",
        )
    answer = f"{installation.base_url}/sign-in/answer"
    return IdentityProvider(
        sign_in.issuer,
        sign_in.client_id,
        sign_in.client_secret,
        answer,
        installation.clock,
        sign_in.employee_number_claim,
    )
