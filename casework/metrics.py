"""What this process has counted and not yet handed over.

Counting costs an addition. What was counted is taken from here now and then, by whoever can carry
it to where all processes count together (:mod:`casework.adapters.counters`).
"""

from __future__ import annotations

import os
import threading
from collections import defaultdict
from collections.abc import Mapping

BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper ends, in seconds, of the classes into which request times fall; a last one has no end."""

REQUESTS, REQUEST_SECONDS, REQUEST_BUCKETS = "requests", "request_seconds", "request_buckets"
MOVES = "moves"

Field = tuple[str, ...]

_lock = threading.Lock()
_counts: defaultdict[Field, float] = defaultdict(float)


def request(endpoint: str, method: str, status: int, seconds: float) -> None:
    """Count an answered request; never under its address, which may hold anything."""
    bucket = next((str(end) for end in BUCKETS if seconds <= end), "+Inf")
    with _lock:
        _counts[REQUESTS, endpoint, method, f"{status // 100}xx"] += 1
        _counts[REQUEST_SECONDS, endpoint, method] += seconds
        _counts[REQUEST_BUCKETS, endpoint, method, bucket] += 1


def move(workflow: str, outcome: str) -> None:
    """Count a move that was asked for, by what came of it."""
    with _lock:
        _counts[MOVES, workflow, outcome] += 1


def take() -> dict[Field, float]:
    """Return what was counted since the last call, and forget it."""
    with _lock:
        taken = dict(_counts)
        _counts.clear()
    return taken


def give_back(counts: Mapping[Field, float]) -> None:
    """Count again what could not be handed over."""
    with _lock:
        for field, value in counts.items():
            _counts[field] += value


def _begin_anew() -> None:
    """Leave to the parent process what it has counted."""
    global _lock  # noqa: PLW0603 - the parent may have held it at the fork
    _lock = threading.Lock()
    _counts.clear()


os.register_at_fork(after_in_child=_begin_anew)
