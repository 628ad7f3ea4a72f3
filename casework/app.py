"""The application: settings, extensions, pages, errors, in this order."""

from __future__ import annotations

from flask import Flask
from jinja2 import ChoiceLoader, FileSystemLoader
from werkzeug.middleware.proxy_fix import ProxyFix

from casework import logging as logs
from casework.config import Settings
from casework.db import end_reading
from casework.extensions import babel, csrf, db
from casework.garbage import seldom_collect
from casework.services import searching as _searching  # noqa: F401 - it follows every change
from casework.web import (
    addresses,
    blueprints,
    catalogue,
    errors,
    filters,
    language,
    limits,
    metrics,
    requests,
)
from casework.workflows import registry

CONNECTION_SECONDS = 1800
"""How long a connection is used: SQLite tells what it has learnt to new ones alone (db.learn)."""
# what was bound to a statement may be secret: no error repeats it
ENGINE_OPTIONS = {
    "pool_pre_ping": True,
    "pool_recycle": CONNECTION_SECONDS,
    "hide_parameters": True,
}


def serve() -> Flask:
    """Return the application of the environment's settings for a process that goes on to serve it.

    Raises ConfigError when a setting is missing or makes no sense.
    """
    app = create_app()
    seldom_collect()
    return app


def create_app(settings: Settings | None = None) -> Flask:
    """Return the application for these settings (by default those of the environment).

    Raises ConfigError when a setting is missing or makes no sense.
    """
    known = settings if settings is not None else Settings.load()
    app = Flask("casework")
    app.extensions["casework"] = known
    app.config.update(
        SECRET_KEY=known.secret_key,
        SQLALCHEMY_DATABASE_URI=known.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=ENGINE_OPTIONS,
        MAX_CONTENT_LENGTH=known.max_upload_bytes + 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=4 * 1024 * 1024,
        SESSION_COOKIE_NAME="casework",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=known.base_url.startswith("https://"),
        WTF_CSRF_TIME_LIMIT=None,
        BABEL_DEFAULT_LOCALE=known.default_language,
        BABEL_DEFAULT_TIMEZONE=known.house_zone,
        TESTING=known.testing,
        DEBUG=False,
    )
    logs.configure(known)
    if known.proxies:
        hops = known.proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign] # Flask's documented way
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    db.init_app(app)
    app.teardown_appcontext(lambda _error: end_reading(db.session))
    csrf.init_app(app)
    babel.init_app(app, locale_selector=language.chosen, timezone_selector=language.zone)
    catalogue.init_app(app, babel)
    addresses.init_app(app)
    folders = [FileSystemLoader(folder) for folder in registry.template_folders()]
    if app.jinja_loader is not None:
        app.jinja_loader = ChoiceLoader([app.jinja_loader, *folders])
    requests.init_app(app)
    metrics.init_app(app)
    limits.init_app(app, known)
    filters.init_app(app)
    errors.init_app(app)
    blueprints.init_app(app)
    return app
