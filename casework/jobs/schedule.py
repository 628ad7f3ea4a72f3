"""The one list of what is done again and again.

Every job here asks what is due, so that a run that was missed or doubled does no harm.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from casework.adapters import queue
from casework.config import Settings
from casework.jobs import background, cleaning, mail, statistics, sweep, watching


@dataclass(frozen=True)
class Periodic:
    """One job, the queue that is its own, and every how many seconds it is to be done."""

    queue: str
    job: Callable[[], Any]
    seconds: Callable[[Settings], int]

    @property
    def function(self) -> str:
        """The dotted name under which a worker finds the job."""
        return f"{self.job.__module__}.{self.job.__qualname__}"


def _every_sweep(settings: Settings) -> int:
    return settings.sweep_seconds


def _hourly(_settings: Settings) -> int:
    return 3600


def _quarterly(_settings: Settings) -> int:
    return 900  # a quarter of an hour


PERIODIC: tuple[Periodic, ...] = (
    Periodic(queue.SWEEP, sweep.sweep, _every_sweep),
    Periodic(queue.MAIL, mail.deliver_due, _every_sweep),
    Periodic(queue.DIGESTS, mail.build_digests, _every_sweep),
    Periodic(queue.WORK, background.do_next, _every_sweep),
    Periodic(queue.CLEARING, background.remove_old, _hourly),
    Periodic(queue.STATISTICS, statistics.refresh, _quarterly),
    Periodic(queue.CLEANING, cleaning.clean, _hourly),
    Periodic(queue.WATCHING, watching.watch, _hourly),
)


class Ticker:
    """Enqueues the periodic jobs when their time has come.

    Each worker has one. Periods are numbered by the machine's clock, and the queue server
    remembers which are taken care of, so that more workers do not mean more runs; a server that
    forgets costs one run too many.
    """

    def __init__(self, settings: Settings, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._clock = clock
        self._done: dict[str, int] = {}

    def tick(self) -> None:
        """Enqueue what is due; a queue server that is away is asked again at the next tick."""
        for periodic in PERIODIC:
            seconds = periodic.seconds(self._settings)
            slot = int(self._clock() // seconds)
            if self._done.get(periodic.queue) == slot:
                continue
            url = self._settings.redis_url
            if queue.wake_once(url, periodic.queue, periodic.function, slot, seconds):
                self._done[periodic.queue] = slot
