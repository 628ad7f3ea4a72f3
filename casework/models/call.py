"""Calls for ideas, and the extensions given to single organisations."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Call(Base):
    """A call for ideas: open from a day to a day (both included), or always.

    ``closes_on`` may be empty for a call that is always open.
    """

    __tablename__ = "call"

    id: Mapped[Key]
    title_fr: Mapped[str]
    title_nl: Mapped[str]
    title_en: Mapped[str]
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    opens_on: Mapped[date]
    closes_on: Mapped[date | None]
    always_open: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("always_open OR closes_on IS NOT NULL", name="closes"),
        sa.CheckConstraint("closes_on IS NULL OR closes_on >= opens_on", name="order"),
    )

    def title(self, language: str) -> str:
        """Return the title in ``language`` (fr, nl or en)."""
        return str(getattr(self, f"title_{language}"))


class CallExtension(Base):
    """More time for one organisation, with the reason why it was given."""

    __tablename__ = "call_extension"

    id: Mapped[Key]
    call_id: Mapped[UUID] = mapped_column(sa.ForeignKey("call.id"))
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), index=True)
    until: Mapped[date]
    reason: Mapped[str]
    granted_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("call_id", "organisation_id"),)
