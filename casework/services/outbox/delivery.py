"""Delivery: claim a message, send its mail, mark it; safe to be killed anywhere between.

A claim is a lease in the row, committed before anything is sent. Who dies before the mark leaves
a lease that runs out; the mail is then sent again with the same Message-ID. How long to wait
after a failure stands in the row too, so that nothing depends on what a queue remembers.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa
import structlog
from jinja2 import TemplateError

from casework.adapters.mail import (
    DeferredError,
    RecipientRefusedError,
    ServerAwayError,
    Transport,
    transport,
)
from casework.clock import now as clock_now
from casework.db import unit_of_work
from casework.extensions import db, settings
from casework.models import Message, User
from casework.services.outbox import letters
from casework.services.outbox.nudging import note_waiting, wake
from casework.services.outbox.words import WordsError

LEASE = timedelta(minutes=15)
BATCH = 200
BUDGET_SECONDS = 60.0
FAILURES_IN_A_ROW = 3

_DAY = timedelta(days=1)
BACK_OFF = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
    timedelta(hours=12),
    *([_DAY] * 5),
)
"""How long to wait after the first, second … failure; after the last the message has failed."""

MOST_ATTEMPTS = len(BACK_OFF) + 1

log = structlog.get_logger(__name__)


class Result(StrEnum):
    """What became of an attempt to deliver."""

    SENT = "sent"
    DEFERRED = "deferred"
    AWAY = "away"
    FAILED = "failed"
    DROPPED = "dropped"
    NOT_DUE = "not_due"


@dataclass(frozen=True)
class _Claim:
    message_id: UUID
    attempt: int


def due_messages(now: datetime, limit: int = BATCH) -> list[UUID]:
    """Return the messages whose mail is to be sent now, those that wait longest first."""
    return list(
        db.session.scalars(
            sa.select(Message.id)
            .where(_due(now))
            .order_by(Message.next_attempt_at, Message.id)
            .limit(limit)
        )
    )


def deliver_due() -> int:
    """Send what is due, for a minute at most; return how many mails were sent.

    When there is more, another worker is woken for it; when the mail server is away, the rest
    waits for the periodic delivery.
    """
    end = time.monotonic() + BUDGET_SECONDS
    sent = failures = 0
    ids = due_messages(clock_now())
    db.session.rollback()  # the end of reading
    with transport(settings()) as way:
        for message_id in ids:
            if time.monotonic() > end:
                break
            result = deliver(message_id, way)
            sent += result is Result.SENT
            failures = failures + 1 if result is Result.AWAY else 0
            if failures >= FAILURES_IN_A_ROW:
                return sent
        else:
            if len(ids) < BATCH:
                return sent
    wake()
    return sent


def deliver(message_id: UUID, way: Transport | None = None) -> Result:
    """Send one message's mail, if it is due and nobody else is sending it.

    Owns its transactions: none is open while the mail server is spoken to.
    """
    claim = _claim(message_id, clock_now())
    if claim is None:
        return Result.NOT_DUE
    if claim.attempt > MOST_ATTEMPTS:
        return _mark(claim, Result.FAILED, "no attempt came to an end")
    letter = None
    try:
        letter = _write(message_id)
        _send(letter, way)
    except letters.NotToBeSentError as reason:
        result = _mark(claim, Result.DROPPED, str(reason))
    except (letters.UnreachableError, RecipientRefusedError) as error:
        own = letter is None or letter.own
        result = _mark(claim, Result.FAILED, str(error), reachable=False if own else None)
    except ServerAwayError as error:
        result = _defer(claim, str(error), Result.AWAY)
    except DeferredError as error:
        result = _defer(claim, str(error), Result.DEFERRED)
    except (ValueError, WordsError, TemplateError) as error:
        log.exception("message.unwritable", message=str(message_id))
        result = _defer(claim, type(error).__name__, Result.DEFERRED)
    else:
        result = _mark(claim, Result.SENT, "", reachable=True if letter.doubtful else None)
    return result


def retry(message_id: UUID, now: datetime) -> bool:
    """Have a message that failed for good sent again, from the first attempt on.

    Returns whether it had failed. Does not commit; ``nudge()`` after the commit.
    """
    done: Any = db.session.execute(
        sa.update(Message)
        .where(Message.id == message_id, Message.mail_state == "failed")
        .values(mail_state="pending", attempts=0, next_attempt_at=now, last_error="")
    )
    if done.rowcount:
        note_waiting()
    return bool(done.rowcount)


def retry_all(now: datetime) -> int:
    """Have all messages that failed sent again, but to addresses that refuse them; how many.

    Does not commit; ``nudge()`` after the commit.
    """
    refused = sa.select(User.id).where(User.address_bounced_at.is_not(None))
    done: Any = db.session.execute(
        sa.update(Message)
        .where(Message.mail_state == "failed", Message.recipient_id.not_in(refused))
        .values(mail_state="pending", attempts=0, next_attempt_at=now, last_error="")
        .execution_options(synchronize_session=False)
    )
    if done.rowcount:
        note_waiting()
    return int(done.rowcount)


def _due(now: datetime) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.and_(Message.mail_state == "pending", Message.next_attempt_at <= now),
        sa.and_(Message.mail_state == "sending", Message.claimed_until <= now),
    )


def _claim(message_id: UUID, now: datetime) -> _Claim | None:
    """Take the message for ourselves for a while, in a transaction of its own."""
    with unit_of_work(db.session):
        attempt = db.session.scalar(
            sa.update(Message)
            .where(Message.id == message_id, _due(now))
            .values(
                mail_state="sending",
                claimed_until=now + LEASE,
                attempts=Message.attempts + 1,
            )
            .returning(Message.attempts)
            .execution_options(synchronize_session=False)
        )
    return None if attempt is None else _Claim(message_id, attempt)


def _write(message_id: UUID) -> letters.Letter:
    """Write the mail as it reads now; no transaction is left open when it is sent."""
    try:
        row = db.session.execute(
            sa.select(Message, User)
            .join(User, User.id == Message.recipient_id)
            .where(Message.id == message_id)
            .execution_options(populate_existing=True)
        ).one()
        return letters.write(row.Message, row.User, clock_now())
    finally:
        db.session.rollback()


def _send(letter: letters.Letter, way: Transport | None) -> None:
    if way is not None:
        way.send(letter.mail, letter.sender, letter.recipient)
        return
    with transport(settings()) as own:
        own.send(letter.mail, letter.sender, letter.recipient)


def _defer(claim: _Claim, error: str, result: Result) -> Result:
    """Put the message back for later, or give up after the last attempt."""
    if claim.attempt == MOST_ATTEMPTS:
        return _mark(claim, Result.FAILED, error)
    return _mark(claim, result, error, again=clock_now() + BACK_OFF[claim.attempt - 1])


_STATES = {
    Result.SENT: "sent",
    Result.FAILED: "failed",
    Result.DROPPED: "none",
    Result.DEFERRED: "pending",
    Result.AWAY: "pending",
}


def _mark(
    claim: _Claim,
    result: Result,
    error: str,
    *,
    again: datetime | None = None,
    reachable: bool | None = None,
) -> Result:
    """Write what became of the message, unless our lease ran out and somebody else has it.

    ``reachable`` says what we have learnt about the recipient's address, if anything.
    """
    now = clock_now()
    with unit_of_work(db.session):
        db.session.execute(
            sa.update(Message)
            .where(
                Message.id == claim.message_id,
                Message.mail_state == "sending",
                Message.attempts == claim.attempt,
            )
            .values(
                mail_state=_STATES[result],
                sent_at=now if result is Result.SENT else None,
                next_attempt_at=again,
                claimed_until=None,
                last_error=error,
            )
            .execution_options(synchronize_session=False)
        )
        if reachable is not None:
            recipient = sa.select(Message.recipient_id).where(Message.id == claim.message_id)
            db.session.execute(
                sa.update(User)
                .where(User.id == recipient.scalar_subquery())
                .values(address_bounced_at=None if reachable else now)
                .execution_options(synchronize_session=False)
            )
    log.info("message.delivery", message=str(claim.message_id), result=result, error=error)
    return result
