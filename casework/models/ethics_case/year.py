"""What the committee does in a year beside its cases."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Training(Base):
    """A training that members took part in; it counts in the year of its first day."""

    __tablename__ = "ec_training"

    id: Mapped[Key]
    held_on: Mapped[date] = mapped_column(index=True)
    days: Mapped[int]
    subject: Mapped[str]
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class PublicDebate(Base):
    """A public debate that the committee organised together with others."""

    __tablename__ = "ec_public_debate"

    id: Mapped[Key]
    held_on: Mapped[date] = mapped_column(index=True)
    subject: Mapped[str]
    together_with: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
