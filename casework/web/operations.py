"""The administrator's page about the installation itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from casework import policy
from casework.clock import now
from casework.i18n import N_
from casework.services import health
from casework.web.base import guarded
from casework.web.filters import moment

bp = Blueprint("operations", __name__)

STATES = {
    "good": N_("fine"),
    "info": N_("under way"),
    "neutral": N_("for your information"),
    "wait": N_("look at it"),
    "bad": N_("act now"),
}


@bp.get("/administration/health")
@guarded(policy.administrator)
def index() -> ResponseReturnValue:
    """Show how everything stands, what is wrong first."""
    moment_of_look = now()
    found = health.checks(moment_of_look)
    rows = [
        {
            "label": _(check.label),
            "tone": check.tone,
            "state": _(STATES[check.tone]),
            "said": _(check.said, **{k: _shown(v) for k, v in check.params.items()}),
            "advice": _(check.advice) if check.advice else "",
        }
        for check in found
    ]
    wrong = [row for row in rows if row["tone"] == "bad"]
    return render_template("office/health.html", rows=rows, wrong=wrong, at=moment_of_look)


def _shown(value: Any) -> str:
    return moment(value) if isinstance(value, datetime) else str(value)
