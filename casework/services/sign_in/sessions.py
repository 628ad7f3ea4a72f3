"""Sessions: begun at a sign-in, seen now and then, ended one by one or all together."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db, settings
from casework.models import Guest, User, UserSession
from casework.queries.sign_in import alive
from casework.services.sign_in import security, tokens

SEEN_AFTER_WRITE = timedelta(minutes=5)
SEEN_AFTER_READ = timedelta(hours=1)
"""How old the last sign of life may get before a request that writes, or only reads, renews it."""


def begin(
    user: User, way: str, device: str, *, second_factor: bool = False, guest: Guest | None = None
) -> str:
    """Open a session and return its token, for the cookie. Sweeps away the person's dead ones.

    That of a ``guest`` opens their case alone and ends with their visit at the latest.
    """
    moment, token = now(), tokens.fresh()
    _delete(UserSession.user_id == user.id, sa.not_(alive(moment)))
    row = UserSession(
        user_id=user.id,
        guest_id=guest.id if guest is not None else None,
        token_hash=tokens.hashed(token),
        way=way,
        device=device,
        second_factor=second_factor,
        created_at=moment,
        last_seen_at=moment,
        expires_at=moment + timedelta(days=settings().session_days),
    )
    db.session.add(row)
    if guest is not None:
        row.expires_at = min(row.expires_at, guest.ends_at)
    else:
        user.joined_at = user.joined_at or moment
    security.note("signed_in", user.id, actor=user.id, way=way, device=device)
    db.session.flush()
    return token


def must_be_noted(last_seen_at: datetime, moment: datetime, *, writes: bool) -> bool:
    """Say whether a sign of life is old enough to be renewed by a request."""
    return moment - last_seen_at > (SEEN_AFTER_WRITE if writes else SEEN_AFTER_READ)


def seen(session_id: UUID) -> None:
    """Write down that a session is in use."""
    moment = now()
    db.session.execute(
        sa.update(UserSession)
        .where(UserSession.id == session_id, UserSession.last_seen_at < moment)
        .values(last_seen_at=moment)
    )


def gave_second_factor(session_id: UUID) -> None:
    """Write down that the second step was given in a session."""
    db.session.execute(
        sa.update(UserSession).where(UserSession.id == session_id).values(second_factor=True)
    )


def end(user_id: UUID, session_id: UUID, kind: str = "session_ended") -> bool:
    """End one session of a person; False when there is none (any more)."""
    done = _delete(UserSession.id == session_id, UserSession.user_id == user_id)
    if done:
        security.note(kind, user_id, actor=user_id)
    return bool(done)


def end_all(user_id: UUID, by: UUID | None, why: str, *, but: UUID | None = None) -> int:
    """End every session of a person (``but`` one) and say in the log why; return how many.

    ``why`` is one of :data:`REASONS`. For those who change somebody's rights or close an account.
    """
    if why not in REASONS:
        raise ValueError(f"{why} is no reason to end sessions")
    conditions = [UserSession.user_id == user_id]
    if but is not None:
        conditions.append(UserSession.id != but)
    done = _delete(*conditions)
    if done:
        security.note("sessions_ended", user_id, actor=by, why=why, number=done)
    return done


def end_of_guest(guest_id: UUID) -> int:
    """End the sessions that a guest's links have begun; return how many."""
    return _delete(UserSession.guest_id == guest_id)


REASONS = ("asked", "password", "second_factor", "roles", "closed", "erased")


def _delete(*conditions: Any) -> int:
    done: Any = db.session.execute(
        sa.delete(UserSession).where(*conditions).execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
