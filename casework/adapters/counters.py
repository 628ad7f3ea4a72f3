"""Where all processes on all machines count together: one hash in Redis, which may be lost.

A server that restarts empty counts from zero again; who reads the figures knows how to take that.
"""

from __future__ import annotations

import json
import time

import structlog

from casework import metrics
from casework.adapters import queue

KEY = "casework:metrics"
EVERY_SECONDS = 5.0
AFTER_FAILURE_SECONDS = 60.0

log = structlog.get_logger(__name__)
_next = 0.0


def hand_over(url: str, *, at_once: bool = False) -> None:
    """Add what this process has counted to what all have; at most every five seconds.

    Never raises: what cannot be handed over now is handed over later.
    """
    global _next  # noqa: PLW0603 - one clock a process
    moment = time.monotonic()
    if moment < _next and not at_once:
        return
    _next = moment + EVERY_SECONDS
    counts = metrics.take()
    if not counts:
        return
    try:
        with queue.connection(url).pipeline(transaction=False) as pipe:
            for field, value in counts.items():
                pipe.hincrbyfloat(KEY, json.dumps(field), value)
            pipe.execute()
    except queue.AWAY as error:
        metrics.give_back(counts)
        _next = moment + AFTER_FAILURE_SECONDS
        log.warning("queue.away", queue="metrics", error=type(error).__name__)


def read(url: str) -> dict[metrics.Field, float]:
    """Return what all processes have counted; nothing when the server is away."""
    try:
        found = queue.connection(url).hgetall(KEY)
    except queue.AWAY:
        return {}
    return {tuple(json.loads(field)): float(value) for field, value in found.items()}
