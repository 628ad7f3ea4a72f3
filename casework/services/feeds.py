"""Private calendar addresses: given out, renewed, revoked."""

from __future__ import annotations

import base64
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import CalendarFeed
from casework.services.sign_in import tokens


def live(user_id: UUID) -> CalendarFeed | None:
    """Return a person's present feed, if there is one."""
    return db.session.scalar(
        sa.select(CalendarFeed).where(
            CalendarFeed.user_id == user_id, CalendarFeed.revoked_at.is_(None)
        )
    )


def renew(user_id: UUID) -> CalendarFeed:
    """Give a person a new address; the one they had ends."""
    revoke(user_id)
    feed = CalendarFeed(
        id=new_id(), user_id=user_id, nonce=tokens.fresh(), token_hash="", created_at=now()
    )
    feed.token_hash = tokens.hashed(token_of(feed))
    db.session.add(feed)
    db.session.flush()
    return feed


def revoke(user_id: UUID) -> bool:
    """End a person's address; say whether there was one."""
    feed = live(user_id)
    if feed is None:
        return False
    feed.revoked_at = now()
    db.session.flush()
    return True


def find(token: str) -> CalendarFeed | None:
    """Return the feed of a token, a revoked one too."""
    known = sa.select(CalendarFeed).where(CalendarFeed.token_hash == tokens.hashed(token))
    return db.session.scalar(known)


def token_of(feed: CalendarFeed) -> str:
    """Return the secret in a feed's address; it is derived each time and kept nowhere."""
    digest = tokens.keyed(f"calendar feed {feed.id} {feed.nonce}")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")
