"""Doing long work: claim it for a while, work in small transactions, survive being killed.

A claim is a lease in the row. Who holds it prolongs it with every step; who is killed leaves a
lease that runs out, and another worker starts the handler again. A handler that works in steps
goes on where the last committed step ended; one that makes a file starts over. Neither doubles
anything: a step is committed only together with its row, and only by whoever holds the lease.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, BinaryIO
from uuid import UUID

import sqlalchemy as sa
import structlog
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from casework.clock import now
from casework.db import UTCDateTime, announce_read, unit_of_work
from casework.extensions import db
from casework.i18n import N_
from casework.models import BackgroundWork, User
from casework.policy import Actor, actor_of
from casework.services import background_files, background_news
from casework.services.background import wake
from casework.services.background_kinds import KINDS
from casework.services.outbox import nudge
from casework.services.outbox.tongue import spoken

LEASE = timedelta(minutes=3)
MOST_TAKEOVERS = 4
PULSE_SECONDS = 0.5
SLICE_SECONDS = 20.0

log = structlog.get_logger(__name__)


class WorkFailed(Exception):  # noqa: N818 - it is an answer, not a fault of ours
    """The work cannot be done; ``message`` is an English text that says why and what to do."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


class BrokenOffError(Exception):
    """Somebody cancelled the work, or another worker has it now: stop at once."""


class PausedError(Exception):
    """The handler has had its time; the work goes back to the queue, behind what else waits."""


@dataclass(frozen=True)
class _Claim:
    work_id: UUID
    attempt: int


class Run:
    """What a handler gets: what was asked, by whom, and how to say how far it is.

    ``params`` and ``memory`` are plain values: what was asked, and what earlier steps of this
    work have kept (it becomes the result). ``done`` is how far earlier steps came. ``actor`` has
    the rights of this moment; every step reads them anew.
    """

    def __init__(self, work: BackgroundWork, actor: Actor) -> None:
        self.id = work.id
        self.params: Mapping[str, Any] = work.params
        self.language = work.language
        self.asked_at = work.created_at
        self.done, self.total = work.done, work.total
        self.memory: dict[str, Any] = dict(work.result)
        self.actor = actor
        self.file_name = self.file_type = ""
        self._claim = _Claim(work.id, work.attempts)
        self._began = self._spoke = time.monotonic()
        self._file: BinaryIO | None = None
        self._cases = bytearray()  # 16 bytes a case: a list may have very many
        self._closing = ExitStack()

    @contextmanager
    def step(self, done: int, total: int) -> Iterator[Session]:
        """Do one small part in a transaction of its own, together with the note that it is done.

        What ``memory`` holds is kept with it. Raises BrokenOffError when the work is no longer
        ours, and PausedError (after the commit) when it is time to let other jobs pass.
        """
        with unit_of_work(db.session) as session:
            self._hold(session, done=done, total=total)
            self.actor = _owner(session, self.actor.id)
            yield session
            session.execute(
                sa.update(BackgroundWork)
                .where(BackgroundWork.id == self.id)
                .values(result=dict(self.memory))
                .execution_options(synchronize_session=False)
            )
        self.done, self.total = done, total
        if done < total and time.monotonic() - self._began > SLICE_SECONDS:
            raise PausedError

    def progress(self, done: int, total: int) -> None:
        """Say how far the work is, from outside any transaction that writes; cheap to call often.

        It is written on a connection of its own, so that a long reading transaction goes on.
        Raises BrokenOffError when the work is no longer ours.
        """
        moment = time.monotonic()
        if moment - self._spoke < PULSE_SECONDS:
            return
        self._spoke = moment
        with Session(db.engine) as session, unit_of_work(session):
            self._hold(session, done=done, total=total)

    def result(self, values: Mapping[str, Any]) -> None:
        """Keep something to tell: it is stored with the next step, or at the end."""
        self.memory.update(values)

    def file(self, name: str, media_type: str) -> BinaryIO:
        """Return the file that the work makes, to be written to; it is stored at the end."""
        if self._file is None:
            self._file = self._closing.enter_context(background_files.unfinished())
        self.file_name, self.file_type = name, media_type
        return self._file

    def tells_of(self, case_id: UUID) -> None:
        """Note that the file tells of a case: who may no longer see it has the file no more."""
        self._cases += case_id.bytes

    def finish(self) -> None:
        """Store the file and mark the work as done, if it is still ours and its owner still here.

        Raises BrokenOffError, WorkFailed.
        """
        db.session.rollback()
        values: dict[str, Any] = {"state": "done", "result": dict(self.memory)}
        if self._file is not None:
            sha256, size = background_files.keep(self._file)
            values |= {"file_name": self.file_name, "file_type": self.file_type}
            values |= {"file_sha256": sha256, "file_size": size, "sight": self.actor.told()}
        with unit_of_work(db.session) as session:
            self._hold(session)
            _owner(session, self.actor.id)
            background_files.note_cases(session, self.id, _ids(self._cases))
            _end(session, self._claim, values)

    def close(self) -> None:
        """Let go of the unfinished file."""
        self._closing.close()

    def _hold(self, session: Session, **values: Any) -> None:
        values["claimed_until"] = now() + LEASE
        if not _write(session, self._claim, values):
            raise BrokenOffError


def _ids(told: bytearray) -> Iterator[UUID]:
    return (UUID(bytes=bytes(told[at : at + 16])) for at in range(0, len(told), 16))


def do_next() -> int:
    """Do the piece of work that waits longest, if any; return how many were taken up (0 or 1)."""
    announce_read()  # handlers read unless they say otherwise
    claim = _claim_next()
    if claim is None:
        return 0
    wake()  # what else waits, for another worker, or for this one afterwards
    _take_up(claim)
    return 1


def do_now(work_id: UUID) -> bool:
    """Do one piece of work while somebody waits for it, unless a worker has it already.

    Call it after the commit; it owns its transactions. Returns whether it was ours to do.
    """
    claim = _claim(work_id)
    if claim is not None:
        _take_up(claim)
    return claim is not None


def _take_up(claim: _Claim) -> None:
    log.info("work.begun", work=str(claim.work_id), attempt=claim.attempt)
    try:
        _carry_out(claim)
    except BrokenOffError:
        db.session.rollback()
        log.info("work.broken_off", work=str(claim.work_id))
    except PausedError:
        _put_back(claim)
        wake()
    except WorkFailed as failure:
        _fail(claim, failure.message, failure.params)
    except OperationalError:  # the database is away: the lease runs out, and it is tried again
        db.session.rollback()
        raise
    except Exception:
        log.exception("work.failed", work=str(claim.work_id))
        _fail(claim, _OURS, {})
    nudge()


_OURS = N_(
    "Something went wrong on our side. What was done so far is listed here. Start it again; when "
    "it happens a second time, tell your administrator."
)
_TOO_OFTEN = N_(
    "The work was broken off several times before it was done. Tell your administrator, who finds "
    "the reason in the log."
)
_NOT_THEIRS = N_("The person who asked for this may no longer ask for it.")
_CLOSED = N_("The account of the person who asked for this is closed.")


def _claim_next() -> _Claim | None:
    """Take the oldest work that is due for ourselves for a while, in a transaction of its own."""
    due = list(
        db.session.scalars(
            sa.select(BackgroundWork.id)
            .where(_due())
            .order_by(BackgroundWork.created_at, BackgroundWork.id)
            .limit(10)
        )
    )
    db.session.rollback()
    return next((claim for work_id in due if (claim := _claim(work_id)) is not None), None)


def _claim(work_id: UUID) -> _Claim | None:
    """Take one piece of work for ourselves, if it is still to be had."""
    with unit_of_work(db.session):
        attempt = db.session.scalar(
            sa.update(BackgroundWork)
            .where(BackgroundWork.id == work_id, _due())
            .values(
                state="running",
                attempts=BackgroundWork.attempts + 1,
                takeovers=BackgroundWork.takeovers
                + sa.case((BackgroundWork.state == "running", 1), else_=0),
                started_at=sa.func.coalesce(
                    BackgroundWork.started_at, sa.literal(now(), UTCDateTime())
                ),
                claimed_until=now() + LEASE,
            )
            .returning(BackgroundWork.attempts)
            .execution_options(synchronize_session=False)
        )
    return None if attempt is None else _Claim(work_id, attempt)


def _due() -> sa.ColumnElement[bool]:
    return sa.or_(
        BackgroundWork.state == "waiting",
        sa.and_(BackgroundWork.state == "running", BackgroundWork.claimed_until <= now()),
    )


def _carry_out(claim: _Claim) -> None:
    work = db.session.get_one(BackgroundWork, claim.work_id, populate_existing=True)
    run = Run(work, _owner(db.session(), work.owner_id))
    kind, takeovers = work.kind, work.takeovers
    db.session.rollback()  # the end of reading: the handler begins transactions of its own
    if takeovers > MOST_TAKEOVERS:
        raise WorkFailed(_TOO_OFTEN)
    if not KINDS[kind].whom(run.actor):
        raise WorkFailed(_NOT_THEIRS)
    try:
        with spoken(run.language):
            KINDS[kind].load()(run)
        run.finish()
    finally:
        run.close()


def _owner(session: Session, user_id: UUID | None) -> Actor:
    """Return the owner with the rights of this moment. Raises WorkFailed for a closed account."""
    active = session.scalar(sa.select(User.active).where(User.id == user_id))
    if not active or user_id is None:
        raise WorkFailed(_CLOSED)
    return actor_of(session, user_id, now())


def _put_back(claim: _Claim) -> None:
    """Let the work wait for its next turn."""
    with unit_of_work(db.session) as session:
        _write(session, claim, {"state": "waiting", "claimed_until": None, "takeovers": 0})


def _fail(claim: _Claim, message: str, params: Mapping[str, Any]) -> None:
    db.session.rollback()
    with unit_of_work(db.session) as session:
        _end(session, claim, {"state": "failed", "error": message, "error_params": dict(params)})


def _end(session: Session, claim: _Claim, values: Mapping[str, Any]) -> None:
    """Mark the work as ended, and tell its owner when they will have gone away meanwhile."""
    moment = now()
    if _write(session, claim, {**values, "finished_at": moment, "claimed_until": None}):
        work = session.get_one(BackgroundWork, claim.work_id, populate_existing=True)
        background_news.tell(work, moment)


def _write(session: Session, claim: _Claim, values: Mapping[str, Any]) -> bool:
    """Change the row if the claim still holds; say whether it did."""
    changed: Any = session.execute(
        sa.update(BackgroundWork)
        .where(
            BackgroundWork.id == claim.work_id,
            BackgroundWork.state == "running",
            BackgroundWork.attempts == claim.attempt,
        )
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount)
