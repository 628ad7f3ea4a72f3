"""What was changed outside cases: organisations, calls, programmes, people's roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Change(Base):
    """One change of one row, with what was there before and after; never altered itself."""

    __tablename__ = "change"

    id: Mapped[Key]
    subject_kind: Mapped[str] = mapped_column(sa.String(40))
    subject_id: Mapped[UUID]
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]

    __table_args__ = (
        sa.Index("ix_change_subject", "subject_kind", "subject_id", "at"),
        sa.Index("ix_change_at", "at"),
    )
