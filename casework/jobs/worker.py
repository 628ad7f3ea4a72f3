"""The worker: takes jobs from the queues, and sees to it that periodic jobs are enqueued.

Any number may run. The application is imported once, by the parent; each job runs in a fork of
it that makes database connections of its own. The parent's heartbeats drive the schedule, so
that there is no scheduler to start, to lose or to double.
"""

from __future__ import annotations

import signal
import time
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from rq import Queue, Worker
from rq.exceptions import StopRequested
from rq.job import Job
from rq.worker.base import DequeueStrategy, WorkerStatus

from casework.adapters import queue
from casework.config import Settings
from casework.extensions import db
from casework.garbage import seldom_collect
from casework.jobs.schedule import Ticker

WORKER_TTL_SECONDS = 30
MAINTENANCE_SECONDS = 15
MONITORING_SECONDS = 10
LONGEST_WAIT_SECONDS = 15
RESTART_SECONDS = 2.0

log = structlog.get_logger(__name__)


class Stopped(BaseException):
    """Somebody asked us to stop while no job was running."""


class CaseworkWorker(Worker):
    """RQ's worker with a forked application and the schedule.

    ``bind`` must be called before ``work``.
    """

    max_connection_wait_time = 8.0
    stopping = False
    _app: Flask
    _ticker: Ticker
    _longest_wait = LONGEST_WAIT_SECONDS

    def bind(self, app: Flask, settings: Settings) -> None:
        """Give the worker its application and its settings."""
        self._app = app
        self._ticker = Ticker(settings)
        self._longest_wait = min(LONGEST_WAIT_SECONDS, settings.sweep_seconds)

    @property
    def dequeue_timeout(self) -> int:
        """For how many seconds to wait for a job before the next look at the schedule."""
        return self._longest_wait

    def heartbeat(self, timeout: int | None = None, pipeline: Any = None) -> None:
        """Say that we live; on our own account (not a job's), look at the schedule too."""
        super().heartbeat(timeout, pipeline)
        if pipeline is None:
            if self.stopping and self.get_state() != WorkerStatus.BUSY:
                raise StopRequested  # the first was lost in a place that lets no exception out
            self._ticker.tick()

    def maintain_heartbeats(self, job: Job, execution: Any) -> None:
        """Say that we and our job live, and look at the schedule."""
        super().maintain_heartbeats(job, execution)
        self._ticker.tick()

    def main_work_horse(self, job: Job, queue: Queue) -> None:
        """Run a job, in the fork: with no connection of the parent's."""
        with self._app.app_context():
            db.engine.dispose(close=False)
        super().main_work_horse(job, queue)

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the job that runs, at once when none does."""
        self.stopping = True
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call] # RQ's

    def set_shutdown_requested_date(self) -> None:
        """Leave word of the stop; a queue server that is away need not know."""
        try:
            super().set_shutdown_requested_date()  # type: ignore[no-untyped-call] # RQ's
        except queue.AWAY:
            log.warning("worker.queue_away")


def run(app: Flask, settings: Settings) -> None:
    """Work until asked to stop; outlives a queue server that goes away and comes back."""
    seldom_collect()
    while True:
        try:
            _catch_signals()
            if _work(app, settings):
                return
            _catch_signals()
            time.sleep(RESTART_SECONDS)
        except (Stopped, StopRequested):  # the second while a lost server was taken leave of
            return


def _work(app: Flask, settings: Settings) -> bool:
    """Work until asked to stop (True), or until the queue server is lost (False)."""
    worker: CaseworkWorker | None = None
    try:
        connection = queue.worker_connection(settings.redis_url)
        worker = CaseworkWorker(
            list(queue.QUEUES),
            connection=connection,
            worker_ttl=WORKER_TTL_SECONDS,
            maintenance_interval=MAINTENANCE_SECONDS,
            job_monitoring_interval=MONITORING_SECONDS,
            log_job_description=False,
        )
        worker.bind(app, settings)
        worker.log_result_lifespan = False
        worker.work(dequeue_strategy=DequeueStrategy.ROUND_ROBIN)
    except queue.AWAY as error:
        log.warning("worker.queue_away", error=str(error))
    return worker is not None and worker.stopping


def _catch_signals() -> None:
    def stop(_number: int, _frame: FrameType | None) -> None:
        raise Stopped

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
