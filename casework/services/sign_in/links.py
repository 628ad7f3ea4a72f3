"""Mailed links: made with their mail, looked at as often as one likes, used once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.clock import now
from casework.db import new_id
from casework.extensions import db
from casework.models import Guest, MailedLink, User
from casework.services.sign_in import mails, tokens

LIFETIMES = {
    "sign_in": timedelta(minutes=20),
    "reset": timedelta(hours=1),
    "invitation": timedelta(days=14),
    "address": timedelta(hours=24),
    "guest": timedelta(days=14),
}
ONE_AT_A_TIME = {"invitation", "address"}
"""Of these only the newest link works; of the others any that was not used, as mails overtake."""


class Standing(StrEnum):
    """Whether a link can be used, and if not, why."""

    GOOD = "good"
    USED = "used"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True)
class Found:
    """A link that exists, whose it is, and how it stands."""

    link: MailedLink
    user: User
    standing: Standing


def issue(
    user: User,
    purpose: str,
    *,
    by: UUID | None = None,
    address: str | None = None,
    guest: Guest | None = None,
) -> MailedLink:
    """Make a link for a person and queue the mail that brings it.

    That of a ``guest`` takes the place of their earlier ones, and never outlives their visit.
    """
    moment, link_id = now(), new_id()
    expires_at = moment + LIFETIMES[purpose]
    if purpose in ONE_AT_A_TIME:
        withdraw(user.id, purpose)
    if guest is not None:
        withdraw_of_guest(guest.id)
        expires_at = min(expires_at, guest.ends_at)
    link = MailedLink(
        id=link_id,
        user_id=user.id,
        guest_id=guest.id if guest is not None else None,
        purpose=purpose,
        token_hash=tokens.hashed(tokens.of_link(link_id, purpose)),
        address=address,
        address_before=user.email if address else None,
        by_id=by,
        created_at=moment,
        expires_at=expires_at,
    )
    db.session.add(link)
    db.session.flush()
    mails.send_link(user, link, moment)
    return link


def find(token: str) -> Found | None:
    """Return the link of this token with its person; None for a forged one or a closed account."""
    row = db.session.execute(
        sa.select(MailedLink, User)
        .join(User, User.id == MailedLink.user_id)
        .where(MailedLink.token_hash == tokens.hashed(token), User.active.is_(True))
    ).first()
    return Found(row[0], row[1], standing(row[0], now())) if row is not None else None


def standing(link: MailedLink, moment: datetime) -> Standing:
    """Say whether a link can be used at a moment."""
    if link.used_at is not None:
        return Standing.USED
    if link.withdrawn_at is not None:
        return Standing.WITHDRAWN
    return Standing.GOOD if link.expires_at > moment else Standing.EXPIRED


def use(link: MailedLink) -> bool:
    """Use a link up; of two browsers that try at the same time one gets True."""
    moment = now()
    done: Any = db.session.execute(
        sa.update(MailedLink)
        .where(
            MailedLink.id == link.id,
            MailedLink.used_at.is_(None),
            MailedLink.withdrawn_at.is_(None),
            MailedLink.expires_at > moment,
        )
        .values(used_at=moment)
        .execution_options(synchronize_session="fetch")
    )
    return bool(done.rowcount)


def withdraw(user_id: UUID, *purposes: str) -> int:
    """Make a person's open links for these purposes (by default all) useless; return how many."""
    return _withdraw(
        MailedLink.user_id == user_id, MailedLink.purpose.in_(purposes or tuple(LIFETIMES))
    )


def withdraw_of_guest(guest_id: UUID) -> int:
    """Make a guest's open links useless; return how many."""
    return _withdraw(MailedLink.guest_id == guest_id)


def _withdraw(*conditions: sa.ColumnElement[bool]) -> int:
    done: Any = db.session.execute(
        sa.update(MailedLink)
        .where(*conditions, MailedLink.used_at.is_(None), MailedLink.withdrawn_at.is_(None))
        .values(withdrawn_at=now())
        .execution_options(synchronize_session="fetch")
    )
    return int(done.rowcount)
