"""The inbox: the same rows that are mailed, read in the application."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Message
from casework.policy import Actor
from casework.services.outbox.material import gather
from casework.services.outbox.words import Reader, Words, in_inbox

PAGE_SIZE = 25


@dataclass(frozen=True)
class Entry:
    """One message of the inbox, in the reader's words."""

    id: UUID
    kind: str
    at: datetime
    unread: bool
    words: Words


@dataclass(frozen=True)
class Page:
    """A page of the inbox, newest first; pages are numbered from 1."""

    entries: tuple[Entry, ...]
    number: int
    pages: int
    unread: int
    unread_only: bool


def page(
    actor: Actor,
    language: str,
    now: datetime,
    number: int = 1,
    *,
    only_unread: bool = False,
    between: tuple[datetime, datetime] | None = None,
) -> Page:
    """Return a page of a person's inbox, in at most five queries; a page too far is the last."""
    mine = _of(actor)
    if between is not None:
        mine = sa.and_(mine, Message.created_at.between(*between))
    total, unread = db.session.execute(
        sa.select(sa.func.count(), sa.func.count().filter(Message.read_at.is_(None))).where(mine)
    ).one()
    shown = unread if only_unread else total
    pages = max(1, -(-shown // PAGE_SIZE))
    number = min(max(1, number), pages)
    query = sa.select(Message).where(mine)
    if only_unread:
        query = query.where(Message.read_at.is_(None))
    rows = list(
        db.session.scalars(
            query.order_by(Message.created_at.desc(), Message.id.desc())
            .limit(PAGE_SIZE)
            .offset((number - 1) * PAGE_SIZE)
        )
    )
    material = gather(rows)
    reader = Reader(actor, language, now)
    entries = tuple(
        Entry(
            row.id, row.kind, row.created_at, row.read_at is None, in_inbox(row, reader, material)
        )
        for row in rows
    )
    return Page(entries, number, pages, unread, only_unread)


def open_message(actor: Actor, message_id: UUID, language: str, now: datetime) -> Words | None:
    """Mark a message of this person's as read and return its words; None if it is not theirs."""
    row = db.session.scalar(sa.select(Message).where(_of(actor), Message.id == message_id))
    if row is None:
        return None
    row.read_at = row.read_at or now
    return in_inbox(row, Reader(actor, language, now), gather([row]))


def as_read(actor: Actor, messages: Sequence[Message], language: str, now: datetime) -> list[Words]:
    """Return what messages to anybody say to this reader, in at most three queries."""
    material = gather(messages)
    reader = Reader(actor, language, now)
    return [in_inbox(message, reader, material) for message in messages]


def mark_all_read(actor: Actor, now: datetime) -> None:
    """Mark everything that a person has been told until now as read."""
    db.session.execute(
        sa.update(Message)
        .where(_of(actor), Message.read_at.is_(None), Message.created_at <= now)
        .values(read_at=now)
    )


def _of(actor: Actor) -> sa.ColumnElement[bool]:
    return sa.and_(Message.recipient_id == actor.id, Message.in_inbox.is_(True))
