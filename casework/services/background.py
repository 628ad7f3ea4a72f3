"""Long work: asked for here, done by a worker (:mod:`casework.services.background_run`).

What is to be done is a row, so that a queue that is away, or a worker that is killed, costs time
and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.adapters import queue
from casework.clock import now
from casework.db import new_id
from casework.extensions import db, settings
from casework.models import BackgroundWork, User
from casework.policy import Actor
from casework.services.background_kinds import KINDS

JOB = "casework.jobs.background.do_next"
KEY_LENGTH = 64
MOST_WAITING = 20
_BEGUN = "casework_work_begun"


class TooMuchWorkError(Exception):
    """This person has as much work waiting as one person may."""


def begin(
    actor: Actor, kind: str, params: Mapping[str, Any], key: str = "", language: str = ""
) -> BackgroundWork:
    """Write down long work of a person; the same key again returns the same work.

    ``params`` are plain values for the kind's handler, ``language`` that of the page it was asked
    on (by default the person's own). Neither commits nor starts: whoever commits then calls
    :func:`nudge` (``committing()`` of the web does).

    Raises ValueError for a kind that does not exist, TooMuchWorkError.
    """
    if kind not in KINDS or actor.id is None:
        raise ValueError(f"{kind!r} is no work that somebody can ask for")
    key = key[:KEY_LENGTH] or new_id().hex
    before = db.session.scalar(
        sa.select(BackgroundWork).where(
            BackgroundWork.owner_id == actor.id, BackgroundWork.key == key
        )
    )
    if before is not None:
        return before
    if _waiting(actor.id) >= MOST_WAITING:
        raise TooMuchWorkError
    work = BackgroundWork(
        id=new_id(),
        kind=kind,
        owner_id=actor.id,
        language=language or db.session.get_one(User, actor.id).language,
        key=key,
        params=dict(params),
        result={},
        error_params={},
        created_at=now(),
    )
    db.session.add(work)
    db.session.flush()
    db.session.info[_BEGUN] = True
    return work


def cancel(actor: Actor, work_id: UUID) -> bool:
    """Have a person's work end before it is done; return whether there was anything to end.

    What it has written so far stays; a worker that is at it notices before its next step.
    """
    ended: Any = db.session.execute(
        sa.update(BackgroundWork)
        .where(
            BackgroundWork.id == work_id,
            BackgroundWork.owner_id == actor.id,
            BackgroundWork.state.in_(("waiting", "running")),
        )
        .values(state="cancelled", finished_at=now(), claimed_until=None)
        .execution_options(synchronize_session="fetch")
    )
    return bool(ended.rowcount)


def nudge() -> None:
    """Wake a worker if work was begun in this session; call it after the commit, never before."""
    if db.session.info.pop(_BEGUN, False):
        wake()


def wake() -> bool:
    """Have a worker look for work; a queue that is away is no error (the ticker asks again)."""
    return queue.wake(settings().redis_url, queue.WORK, JOB)


def _waiting(owner_id: UUID) -> int:
    return (
        db.session.scalar(
            sa.select(sa.func.count())
            .select_from(BackgroundWork)
            .where(
                BackgroundWork.owner_id == owner_id,
                BackgroundWork.state.in_(("waiting", "running")),
            )
        )
        or 0
    )
