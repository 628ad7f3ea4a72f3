"""Approvals: several people must say yes before a move is made."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Approval(Base):
    """One yes, given in one role to one transition; void once what it was given to has moved."""

    __tablename__ = "approval"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    transition: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str] = mapped_column(sa.String(40))
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("event.id"))
    given_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
