"""Whether the process lives, whether it can work, and whether the whole of it does."""

from __future__ import annotations

import sqlalchemy as sa
from flask import Blueprint, jsonify
from flask.typing import ResponseReturnValue

from casework import policy
from casework.adapters import queue, queue_state
from casework.clock import now
from casework.extensions import db, settings
from casework.queries import operations
from casework.services import health
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
    """Say whether this process can answer people; 503 when the database or the queue is away.

    For load balancers. A sweep that is late is told and does not turn people away: no other web
    process would do better.
    """
    sweep = _sweep()
    found = {"database": sweep is not None, "queue": _queue()}
    good = all(found.values())
    words = {name: "ok" if fine else "unreachable" for name, fine in found.items()}
    status = "ok" if good and sweep == "ok" else "degraded"
    return jsonify(status=status, sweep=sweep or "unknown", **words), 200 if good else 503


@bp.get("/health/deep")
@guarded(policy.anyone)
def deep() -> ResponseReturnValue:
    """Say whether the whole of it works; 503 when reminders or mails do not go out.

    For whoever is to be woken. It is the dead man's switch: it needs no word from what stopped.
    """
    sweep, state = _sweep(), queue_state.look(settings().redis_url)
    words = {
        "database": "ok" if sweep is not None else "unreachable",
        "queue": "ok" if state else "unreachable",
        "workers": "ok" if state and state.workers else "none",
        "sweep": sweep or "unknown",
    }
    good = set(words.values()) == {"ok"}
    if not good:
        log.error("not_healthy", **words)
    return jsonify(status="ok" if good else "degraded", **words), 200 if good else 503


def _queue() -> bool:
    answers = queue.ping(settings().redis_url)
    if not answers:
        log.error("queue_unreachable")
    return answers


def _sweep() -> str | None:
    """Return whether the sweep runs; None when the database cannot say."""
    try:
        return "late" if health.is_late(operations.beats(), now()) else "ok"
    except sa.exc.SQLAlchemyError as error:
        log.error("database_unreachable", error=type(error).__name__)
        db.session.rollback()
        return None
