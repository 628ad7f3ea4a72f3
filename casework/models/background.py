"""Long work: what somebody asked for that takes longer than a page may take."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class BackgroundWork(Base):
    """One piece of long work: what was asked, how far it is, what came out of it.

    A worker holds it by a lease (``claimed_until``); ``attempts`` numbers the holders, so that
    one whose lease ran out can no longer write, and ``takeovers`` counts the leases that ran out.
    ``result`` is what the work has to tell (and what it needs to go on after it was broken off),
    ``file_…`` names the file that it made. ``error`` is an English text to be translated,
    ``error_params`` the values for it. ``key`` makes asking twice harmless. ``sight`` holds the
    grants with which the file was made.
    """

    __tablename__ = "background_work"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(40))
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    language: Mapped[str] = mapped_column(sa.String(5))
    key: Mapped[str] = mapped_column(sa.String(64))
    params: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(sa.String(10), default="waiting")
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    result: Mapped[dict[str, Any]]
    file_name: Mapped[str] = mapped_column(default="")
    file_type: Mapped[str] = mapped_column(default="")
    file_size: Mapped[int] = mapped_column(sa.BigInteger, default=0)
    file_sha256: Mapped[str] = mapped_column(sa.String(64), default="")
    sight: Mapped[list[dict[str, Any]] | None] = mapped_column(sa.JSON(none_as_null=True))
    error: Mapped[str] = mapped_column(default="")
    error_params: Mapped[dict[str, Any]]
    attempts: Mapped[int] = mapped_column(default=0)
    takeovers: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    claimed_until: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('waiting','running','done','failed','cancelled')", name="state"
        ),
        sa.UniqueConstraint("owner_id", "key"),
        sa.Index("ix_background_work_owner", "owner_id", "created_at"),
        sa.Index("ix_background_work_state", "state", "created_at"),
        sa.Index("ix_background_work_file", "file_sha256"),
    )

    @property
    def ended(self) -> bool:
        """Whether nothing more will be done."""
        return self.state in {"done", "failed", "cancelled"}


class BackgroundWorkCase(Base):
    """One case that the file made by some work tells of.

    The file was written as of a moment that is over, so the case is no foreign key.
    """

    __tablename__ = "background_work_case"

    work_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("background_work.id", ondelete="CASCADE"), primary_key=True
    )
    case_id: Mapped[UUID] = mapped_column(primary_key=True)
