"""Absences: who is away from when to when, and who gets what they would."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Absence(Base):
    """Days of the house on which somebody is away, both included, and their substitute.

    ``ended_at`` is when the person came back earlier. One that is called off before it begins
    keeps no row.
    """

    __tablename__ = "absence"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    substitute_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    first: Mapped[date]
    last: Mapped[date]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("first <= last", name="days"),
        sa.Index("ix_absence_user", "user_id", "first"),
        sa.Index("ix_absence_last", "last"),
    )
