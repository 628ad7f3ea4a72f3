"""Guests: people who see one case by a mailed link, for a purpose and until a moment."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Guest(Base):
    """Somebody invited to a case in a guest's role, until ``ends_at``.

    The right itself is the grant ``grant_id``, which ends when the guest is sent away.
    ``record_id`` is the one record that they are invited about, where the role has one.
    """

    __tablename__ = "guest"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("access_grant.id"))
    role: Mapped[str] = mapped_column(sa.String(40))
    record_id: Mapped[UUID | None]
    purpose: Mapped[str]
    invited_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    invited_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class GuestDocument(Base):
    """A document of the case that is shown to a guest; without such a row they know of none."""

    __tablename__ = "guest_document"

    guest_id: Mapped[UUID] = mapped_column(sa.ForeignKey("guest.id"), primary_key=True)
    document_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("document.id"), primary_key=True, index=True
    )
