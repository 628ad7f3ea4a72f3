"""The queues of background jobs: the only place that talks to Redis.

Redis carries the news that there is work, never the work itself: what must happen is a row in
the database. So a server that is away, or that was emptied, costs time and nothing else.
"""

from __future__ import annotations

import os
from functools import lru_cache
from uuid import uuid4

import redis
import structlog
from redis.backoff import NoBackoff
from redis.retry import Retry
from rq import Queue
from rq.exceptions import DuplicateJobError

MAIL, SWEEP, DIGESTS = "mail", "sweep", "digests"
WORK, CLEARING = "work", "clearing"
STATISTICS, CLEANING, WATCHING = "statistics", "cleaning", "watching"
DEFAULT = "default"
QUEUES = (MAIL, SWEEP, DIGESTS, WORK, CLEARING, STATISTICS, CLEANING, WATCHING, DEFAULT)
"""All queues. Those with a name of their own hold jobs of one function only (see wake())."""

PATIENCE_SECONDS = 2.0
JOB_TIMEOUT_SECONDS = 600
TIMEOUTS = {WORK: 3600, STATISTICS: 3600}
"""For how many seconds a job may run, where it may be longer than usual."""
FAILURE_TTL_SECONDS = 3600

AWAY = (redis.RedisError, OSError)
"""What is raised when the server is away or unwell."""

log = structlog.get_logger(__name__)


@lru_cache(maxsize=8)
def _connection(url: str, _pid: int) -> redis.Redis:
    return redis.Redis.from_url(
        url,
        socket_connect_timeout=PATIENCE_SECONDS,
        socket_timeout=PATIENCE_SECONDS,
        retry=Retry(NoBackoff(), 1),
    )


def connection(url: str) -> redis.Redis:
    """Return this process's connection to the server, made when it is first used."""
    return _connection(url, os.getpid())


def worker_connection(url: str) -> redis.Redis:
    """Return a connection of its own for a worker, whose reads may wait long."""
    return redis.Redis.from_url(
        url, socket_connect_timeout=PATIENCE_SECONDS, retry=Retry(NoBackoff(), 1)
    )


def enqueue(url: str, queue: str, function: str, job_id: str) -> bool:
    """Enqueue ``function`` (its dotted name), unless a job with this id waits or runs.

    A job leaves nothing behind when it is done, so the same id may be used again afterwards.

    Args:
        url: the server's address.
        queue: one of :data:`QUEUES`.
        function: called without arguments by a worker.
        job_id: letters, digits, ``_`` and ``-``.

    Returns:
        Whether a job was enqueued.

    Raises:
        redis.RedisError: the server is away.
    """
    try:
        Queue(queue, connection=connection(url)).enqueue_call(
            function,
            job_id=job_id,
            unique=True,
            timeout=TIMEOUTS.get(queue, JOB_TIMEOUT_SECONDS),
            result_ttl=0,
            failure_ttl=FAILURE_TTL_SECONDS,
        )
    except DuplicateJobError:
        return False
    return True


def wake(url: str, queue: str, function: str) -> bool:
    """See that ``function`` begins at least once more from now on; never raises.

    ``queue`` must hold jobs of this one function only: a job that still waits there has not
    begun, and will see whatever was committed before this call, so no other is needed. A server
    that is away is logged; the periodic jobs do the work later.
    """
    try:
        return _wake(url, queue, function)
    except AWAY as error:
        log.warning("queue.away", queue=queue, error=type(error).__name__)
        return False


def wake_once(url: str, queue: str, function: str, slot: int, seconds: int) -> bool:
    """Like :func:`wake`, once for each ``slot`` however many processes ask; never raises.

    Args:
        url: the server's address.
        queue: holds jobs of this function only.
        function: its dotted name.
        slot: the number of the period.
        seconds: how long a period is.

    Returns:
        Whether this slot is taken care of, by us or by another process.
    """
    try:
        mark = f"casework:{queue}:{slot}"
        if connection(url).set(mark, 1, nx=True, ex=2 * seconds):
            _wake(url, queue, function)
    except AWAY as error:
        log.warning("queue.away", queue=queue, error=type(error).__name__)
        return False
    return True


def _wake(url: str, queue: str, function: str) -> bool:
    if Queue(queue, connection=connection(url)).count:
        return False
    return enqueue(url, queue, function, f"{queue}-{uuid4().hex}")


def ping(url: str) -> bool:
    """Say whether the server answers."""
    try:
        return bool(connection(url).ping())
    except AWAY:
        return False
