"""Bringing an empty database to the newest schema, by the migrations themselves."""

from __future__ import annotations

import tempfile
from pathlib import Path

import flask_migrate
from flask import Flask

from casework.config import Settings, top_level
from casework.extensions import db


def settings_for(database_url: str, **fields: object) -> Settings:
    """Return settings for tests that need a database and no other server."""
    values: dict[str, object] = {
        "database_url": database_url,
        "redis_url": "unix:///nowhere/valkey.sock",
        "secret_key": "for tests only, and long enough to be taken",
        "base_url": "http://127.0.0.1",
        "smtp_url": "smtp://127.0.0.1:9",
        "mail_from": "casework@fondation.example",
        "data_dir": Path(tempfile.gettempdir()) / "casework-tests-without-data",
        "testing": True,
        "limit_sign_in": "1000 per hour",
        "limit_mails": "1000 per hour",
        "limit_client": "10000 per hour",
        "limit_public": "100000 per hour",
        **fields,
    }
    return Settings(**values)  # type: ignore[arg-type]  # each is of its field's type


def migrate(database_url: str) -> None:
    """Run every migration on the database; they need the database extension and nothing else."""
    application = Flask("casework")
    application.config["SQLALCHEMY_DATABASE_URI"] = database_url
    db.init_app(application)
    flask_migrate.Migrate(application, db, directory=str(top_level() / "migrations"))
    with application.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
