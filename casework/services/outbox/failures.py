"""Mails that failed for good: who did not get them and why, without a word of what they say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa

from casework.extensions import db
from casework.models import Message, User

SHOWN = 100


@dataclass(frozen=True)
class Failure:
    """A mail that failed: to whom, of which kind, since when, and what the server said."""

    id: UUID
    kind: str
    name: str
    email: str
    bounced: bool
    created_at: datetime
    error: str


def failures(limit: int = SHOWN) -> list[Failure]:
    """Return the newest mails that failed for good (one query); of no case even the title."""
    rows = db.session.execute(
        sa.select(Message, User)
        .join(User, User.id == Message.recipient_id)
        .where(Message.mail_state == "failed")
        .order_by(Message.created_at.desc(), Message.id.desc())
        .limit(limit)
    )
    return [
        Failure(
            id=message.id,
            kind=message.kind,
            name=user.name,
            email=user.email,
            bounced=user.address_bounced_at is not None,
            created_at=message.created_at,
            error=message.last_error,
        )
        for message, user in rows
    ]
