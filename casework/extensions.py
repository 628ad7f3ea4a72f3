"""The Flask extensions, unbound: :func:`casework.app.create_app` binds them to an application."""

from __future__ import annotations

from datetime import date, datetime, time

from flask.globals import app_ctx
from flask_babel import Babel
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect

from casework.clock import now
from casework.config import Settings
from casework.db import Base

db = SQLAlchemy(model_class=Base)
csrf = CSRFProtect()
babel = Babel()
here = app_ctx._get_current_object  # type: ignore[attr-defined]  # noqa: SLF001 - werkzeug's
"""The context of what runs now; past Flask's proxies, as a page asks for it 300 times."""


def house_day(moment: datetime | None = None) -> date:
    """Return the civil day of the house at a moment, by default the present one."""
    at = moment if moment is not None else now()
    return at.astimezone(settings().zone).date()


def house_morning(day: date) -> datetime:
    """Return the moment at which a civil day of the house begins."""
    return datetime.combine(day, time.min, settings().zone)


def settings() -> Settings:
    """Return the settings of the running application."""
    found: Settings = here().app.extensions["casework"]
    return found
