"""Waivers: a warning that somebody with the right to do so has set aside, with a reason."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.models.sealing import Words, sealed


@sealed()
class Waiver(Base):
    """One warning set aside for one transition; it lapses when the case leaves its state."""

    __tablename__ = "waiver"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    transition: Mapped[str] = mapped_column(sa.String(60))
    guard: Mapped[str] = mapped_column(sa.String(60))
    reason: Mapped[Words]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    given_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
