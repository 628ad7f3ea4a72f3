"""The private address under which a person's calendar program reads their deadlines."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class CalendarFeed(Base):
    """One address that was given out. A revoked one keeps its row, so that it answers *gone*.

    The secret in the address is derived from ``id`` and ``nonce`` with the installation's key, so
    that its owner can be shown it again; here lies only its hash.
    """

    __tablename__ = "calendar_feed"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    nonce: Mapped[str] = mapped_column(sa.String(43))
    token_hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_calendar_feed_live",
            "user_id",
            unique=True,
            sqlite_where=sa.text("revoked_at IS NULL"),
            postgresql_where=sa.text("revoked_at IS NULL"),
        ),
    )
