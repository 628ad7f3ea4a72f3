"""What pages read about signing in: who is at the page, their sessions, the security log."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import aliased

from casework import policy
from casework.extensions import db, settings
from casework.models import (
    MailedLink,
    Message,
    RecoveryCode,
    SecondFactor,
    SecurityEvent,
    User,
    UserSession,
)

PAGE_SIZE = 50


@dataclass(frozen=True)
class Reader:
    """Who is at the page, in which session, how much they have not read, and what they hold."""

    user: User
    session_id: UUID
    last_seen_at: datetime
    second_factor: bool
    began_at: datetime
    guest_id: UUID | None
    unread: int
    held: str | None


@dataclass(frozen=True)
class Entry:
    """A line of the security log with the names that belong to it."""

    event: SecurityEvent
    about: str | None
    actor: str | None


def alive(moment: datetime) -> sa.ColumnElement[bool]:
    """Return the condition under which a session counts: neither too old nor idle for too long."""
    idle = timedelta(hours=settings().session_idle_hours)
    return sa.and_(UserSession.expires_at > moment, UserSession.last_seen_at > moment - idle)


def reader(token_hash: str, moment: datetime) -> Reader | None:
    """Return who holds this session, if it still counts and the account is open, in one query."""
    idle = timedelta(hours=settings().session_idle_hours)
    values = {"token_hash": token_hash, "moment": moment, "idle_since": moment - idle}
    row = db.session.execute(_reader_query(), values).first()
    return Reader(*row) if row is not None else None


@cache
def _reader_query() -> Any:
    """Every page asks this: it is built once."""
    # counted along the index of what is unread, not along that of all the person's messages
    unread = (
        sa.select(sa.func.count().filter(Message.in_inbox.is_(True)))
        .where(Message.recipient_id == UserSession.user_id, Message.read_at.is_(None))
        .correlate(UserSession)
        .scalar_subquery()
    )
    return (
        sa.select(
            User,
            UserSession.id,
            UserSession.last_seen_at,
            UserSession.second_factor,
            UserSession.created_at,
            UserSession.guest_id,
            unread,
            policy.held_column(User.id, sa.bindparam("moment", type_=UserSession.expires_at.type)),
        )
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_hash == sa.bindparam("token_hash"),
            UserSession.expires_at > sa.bindparam("moment"),
            UserSession.last_seen_at > sa.bindparam("idle_since"),
            User.active.is_(True),
        )
    )


def sessions_of(user_id: UUID, moment: datetime) -> list[UserSession]:
    """Return a person's open sessions, the one used last first."""
    return list(
        db.session.scalars(
            sa.select(UserSession)
            .where(UserSession.user_id == user_id, alive(moment))
            .order_by(UserSession.last_seen_at.desc(), UserSession.id.desc())
            .limit(PAGE_SIZE)
        )
    )


def second_factor_of(user_id: UUID) -> SecondFactor | None:
    """Return a person's second step, if it is set up."""
    return db.session.scalar(
        sa.select(SecondFactor).where(
            SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None)
        )
    )


def codes_left(user_id: UUID) -> int:
    """Return how many recovery codes a person has not used."""
    return (
        db.session.scalar(
            sa.select(sa.func.count()).where(
                RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None)
            )
        )
        or 0
    )


def invitation_of(user_id: UUID) -> MailedLink | None:
    """Return the newest invitation of a person that was neither used nor withdrawn."""
    return db.session.scalar(
        sa.select(MailedLink)
        .where(
            MailedLink.user_id == user_id,
            MailedLink.purpose == "invitation",
            MailedLink.used_at.is_(None),
            MailedLink.withdrawn_at.is_(None),
        )
        .order_by(MailedLink.created_at.desc())
        .limit(1)
    )


def security_log(number: int, about_id: UUID | None = None) -> tuple[list[Entry], bool]:
    """Return a page of the security log, newest first, and whether there is a further one."""
    about, actor = aliased(User), aliased(User)
    query = (
        sa.select(SecurityEvent, about.name, actor.name)
        .outerjoin(about, about.id == SecurityEvent.about_id)
        .outerjoin(actor, actor.id == SecurityEvent.actor_id)
        .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
        .limit(PAGE_SIZE + 1)
        .offset((number - 1) * PAGE_SIZE)
    )
    if about_id is not None:
        query = query.where(SecurityEvent.about_id == about_id)
    rows = [Entry(*row) for row in db.session.execute(query)]
    return rows[:PAGE_SIZE], len(rows) > PAGE_SIZE


def recent_events(user_id: UUID, limit: int = 10) -> list[SecurityEvent]:
    """Return what happened lately around a person's own account."""
    return list(
        db.session.scalars(
            sa.select(SecurityEvent)
            .where(SecurityEvent.about_id == user_id)
            .order_by(SecurityEvent.at.desc(), SecurityEvent.id.desc())
            .limit(limit)
        )
    )
