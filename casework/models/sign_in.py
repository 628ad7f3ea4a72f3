"""Signing in: sessions, mailed links, second factors, and the security log."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class UserSession(Base):
    """A browser in which somebody is signed in.

    The browser holds a random token in its signed cookie, the row a hash of it. A session that is
    over is deleted: what became of it stands in the security log. One with a ``guest_id`` was begun
    by a guest's link: it opens that guest's case and nothing else.
    """

    __tablename__ = "user_session"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    guest_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("guest.id"), index=True)
    way: Mapped[str] = mapped_column(sa.String(12))
    device: Mapped[str] = mapped_column(sa.String(60), default="")
    second_factor: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class MailedLink(Base):
    """A link that works once: to sign in, to choose a password, to open or move an account.

    That of a guest names whom it lets in by ``guest_id``.

    The token in the link is derived from the row and the installation's secret when the mail
    leaves, so that neither this table nor the outbox is of use to a thief. ``address`` is the new
    address that a link confirms, ``address_before`` the one that it replaces.
    """

    __tablename__ = "mailed_link"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    guest_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("guest.id"), index=True)
    purpose: Mapped[str] = mapped_column(sa.String(12))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    address: Mapped[str | None]
    address_before: Mapped[str | None]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint(
            "purpose IN ('sign_in','reset','invitation','address','guest')", name="purpose"
        ),
        sa.CheckConstraint("(purpose = 'guest') = (guest_id IS NOT NULL)", name="guest"),
    )


class SecondFactor(Base):
    """The key that somebody's authenticator app shares with us, encrypted.

    ``last_step`` is the time step of the last code that was taken: it and those before it are
    never taken again. Without ``confirmed_at`` the app is still being set up, in the session
    ``begun_in`` alone.
    """

    __tablename__ = "second_factor"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    secret: Mapped[str]
    last_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    begun_in: Mapped[UUID | None]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]


class RecoveryCode(Base):
    """A code that takes the place of the app once."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    code_hash: Mapped[str] = mapped_column(sa.String(64))
    used_at: Mapped[datetime | None]


class SecurityEvent(Base):
    """What happened around signing in: ``actor`` did it, it is about ``about``.

    Never changed after it was written. Holds no password, no code, and nothing that a stranger
    typed.
    """

    __tablename__ = "security_event"

    id: Mapped[Key]
    at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(40))
    about_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    params: Mapped[dict[str, Any]]

    __table_args__ = (sa.Index("ix_security_event_about_id_at", "about_id", "at"),)
