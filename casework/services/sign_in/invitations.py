"""Invitations: a mailed link by which somebody opens the account that was made for them."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.extensions import db
from casework.models import MailedLink, User
from casework.policy import Actor
from casework.services.sign_in import links, security

PAUSE = timedelta(minutes=10)
"""So soon after one invitation nobody is sent another: two roles given at once are one mail."""


def invite(user: User, by: Actor) -> None:
    """Queue an invitation, unless the person has joined or was invited a moment ago.

    Does not commit; whoever does calls ``outbox.nudge()`` afterwards.
    """
    if has_joined(user) or not user.active or _invited_since(user.id):
        return
    db.session.flush()
    links.issue(user, "invitation", by=by.id)
    security.note("invited", user.id, actor=by.id)


def resend(user: User, by: Actor) -> None:
    """Queue another invitation at once; the former one works no more."""
    if has_joined(user) or not user.active:
        return
    links.issue(user, "invitation", by=by.id)
    security.note("invited", user.id, actor=by.id)


def withdraw(user: User, by: Actor) -> bool:
    """Make a person's invitation useless; say whether there was one."""
    done = bool(links.withdraw(user.id, "invitation"))
    if done:
        security.note("invitation_withdrawn", user.id, actor=by.id)
    return done


def has_joined(user: User) -> bool:
    """Say whether a person can sign in by themselves already."""
    return user.joined_at is not None or user.password_hash is not None


def _invited_since(user_id: UUID) -> bool:
    query = sa.select(MailedLink.id).where(
        MailedLink.user_id == user_id,
        MailedLink.purpose == "invitation",
        MailedLink.withdrawn_at.is_(None),
        MailedLink.created_at > now() - PAUSE,
    )
    return db.session.scalar(query.limit(1)) is not None
