"""What a restricted case keeps apart: its own key, and who brought it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class CaseKey(Base):
    """The key of one restricted case, sealed with the installation's; empty once destroyed.

    The words of the case's events are encrypted with it: without it they are forgotten, and the
    chain of events still holds.
    """

    __tablename__ = "case_key"

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), primary_key=True)
    sealed: Mapped[str]
    created_at: Mapped[datetime]
    destroyed_at: Mapped[datetime | None]


class Reporter(Base):
    """Whoever brought a case without an account, sealed: name, address, whatever they gave.

    ``manner`` is how they wished to be known, ``code_hash`` the keyed hash of the receipt code with
    which they come back. Both identity and code are gone once ``purged_at`` is set.
    """

    __tablename__ = "reporter"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), unique=True)
    manner: Mapped[str] = mapped_column(sa.String(16))
    sealed: Mapped[str]
    code_hash: Mapped[str | None] = mapped_column(sa.String(64), unique=True)
    language: Mapped[str] = mapped_column(sa.String(2))
    created_at: Mapped[datetime]
    purged_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("manner IN ('named','pseudonymous','anonymous')", name="manner"),
    )
