"""Waiting for something another process does: by polling, with a deadline, never by hoping."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from casework.extensions import db

Result = TypeVar("Result")

PATIENCE_SECONDS = 150.0
"""How long anything may take on a machine that is busy with much else; only failures take it."""


def wait_until(
    condition: Callable[[], Result],
    what: str,
    seconds: float = PATIENCE_SECONDS,
    pulse: float = 0.05,
) -> Result:
    """Return the condition's first true result.

    Args:
        condition: called again and again.
        what: what is waited for, as words for the failure.
        seconds: after how many AssertionError is raised.
        pulse: seconds between two calls.
    """
    deadline = time.monotonic() + seconds
    while True:
        result = condition()
        if result:
            return result
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {seconds:g} s in vain: {what}")
        time.sleep(pulse)


def waiting_for_locks() -> int:
    """Return how many connections wait for a lock in the session's database (PostgreSQL)."""
    db.session.execute(sa.text("SELECT pg_stat_clear_snapshot()"))
    waiting = sa.text(
        "SELECT count(*) FROM pg_stat_activity "
        "WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    return db.session.scalar(waiting) or 0
