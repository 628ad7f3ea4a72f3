"""Waking the workers after a commit."""

from __future__ import annotations

from casework.adapters import queue
from casework.extensions import db, settings

DELIVERY_JOB = "casework.jobs.mail.deliver_due"
_WAITING = "casework_mail_waits"


def note_waiting() -> None:
    """Note that mail was written in this session, which goes after the commit."""
    db.session.info[_WAITING] = True


def nudge() -> None:
    """Wake a worker if mail was written in this session; call it after the commit, never before."""
    if db.session.info.pop(_WAITING, False):
        wake()


def wake() -> None:
    """Have a worker deliver whatever mail is due.

    A queue that is away is logged and no error: the periodic delivery sends later.
    """
    queue.wake(settings().redis_url, queue.MAIL, DELIVERY_JOB)
