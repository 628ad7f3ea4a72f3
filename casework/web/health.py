"""Whether the process lives, and whether it can work."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from casework import policy
from casework.adapters import queue
from casework.extensions import db, settings
from casework.web.base import guarded, log

bp = Blueprint("health", __name__)


@bp.get("/health")
@guarded(policy.anyone)
def alive() -> ResponseReturnValue:
    """Say that the process answers."""
    return jsonify(status="ok")


@bp.get("/ready")
@guarded(policy.anyone)
def ready() -> ResponseReturnValue:
    """Say whether the database and the queue answer; 503 when one does not."""
    found = {"database": _database(), "queue": _queue()}
    good = all(found.values())
    words = {name: "ok" if fine else "unreachable" for name, fine in found.items()}
    return jsonify(status="ok" if good else "degraded", **words), 200 if good else 503


def _queue() -> bool:
    answers = queue.ping(settings().redis_url)
    if not answers:
        log.error("queue_unreachable")
    return answers


def _database() -> bool:
    try:
        db.session.execute(sa.text("SELECT 1"))
    except sa.exc.SQLAlchemyError as error:
        log.error("database_unreachable", error=type(error).__name__)
        return False
    return True
