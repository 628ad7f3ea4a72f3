"""Waking the workers after a commit."""

from __future__ import annotations

from casework.adapters import queue
from casework.extensions import settings

DELIVERY_JOB = "casework.jobs.mail.deliver_due"


def nudge() -> None:
    """Have a worker deliver what is due; call it after the commit, never before.

    A queue that is away is logged and no error: the periodic delivery sends later.
    """
    queue.wake(settings().redis_url, queue.MAIL, DELIVERY_JOB)
