"""Taking times: what is compared is measured in turn, in one run, so that noise meets all alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any, TypeVar

import sqlalchemy as sa

K = TypeVar("K")
STEERING = ("BEGIN", "COMMIT", "ROLLBACK", "PRAGMA", "SAVEPOINT", "RELEASE")


@dataclass(frozen=True)
class Times:
    """The times of one thing, in milliseconds."""

    median: float
    p99: float
    least: float

    @classmethod
    def of(cls, seconds: list[float]) -> Times:
        """Return what many measurements come to."""
        all_ = [s * 1000 for s in seconds]
        last = quantiles(all_, n=100, method="inclusive")[98] if len(all_) > 1 else all_[0]
        return cls(round(median(all_), 3), round(last, 3), round(min(all_), 3))


def in_turn(acts: Mapping[K, Callable[[], Any]], rounds: int, warm: int = 12) -> dict[K, Times]:
    """Do every act once a round, and return the times of each."""
    taken: dict[K, list[float]] = {name: [] for name in acts}
    for turn in range(warm + rounds):
        for name, act in acts.items():
            begin = time.perf_counter()
            act()
            if turn >= warm:
                taken[name].append(time.perf_counter() - begin)
    gc.collect()
    return {name: Times.of(seconds) for name, seconds in taken.items()}


@contextmanager
def statements(engine: sa.Engine) -> Iterator[list[str]]:
    """Give the list of the statements that the database gets inside the block."""
    found: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(STEERING):
            found.append(statement)

    sa.event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        sa.event.remove(engine, "before_cursor_execute", note)
