"""Who holds which role, where, and since when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Grant(Base):
    """A role given to a person in a scope, from a moment to a moment.

    ``scope`` is ``house``, ``programme``, ``organisation``, ``committee`` or ``case``;
    ``scope_id`` names the row, and is empty for the house. A role in a committee shows no case by
    itself: cases are shown one by one, while they are before it. A row with ``denies`` takes away
    every right on a case, whatever other grants say (a recusal).
    """

    __tablename__ = "access_grant"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    role: Mapped[str] = mapped_column(sa.String(40))
    scope: Mapped[str] = mapped_column(sa.String(20))
    scope_id: Mapped[UUID | None]
    denies: Mapped[bool] = mapped_column(default=False)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]
    granted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.CheckConstraint(
            "scope IN ('house','programme','organisation','committee','case')", name="scope"
        ),
        sa.CheckConstraint("(scope = 'house') = (scope_id IS NULL)", name="scope_id"),
        sa.Index("ix_access_grant_scope", "scope", "scope_id", "role"),
    )
