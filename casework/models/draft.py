"""What was typed and not yet sent, and what was already sent once."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Draft(Base):
    """A form in progress: one a person and place (``place`` names the form's page)."""

    __tablename__ = "draft"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    place: Mapped[str] = mapped_column(sa.String(200), primary_key=True)
    data: Mapped[dict[str, Any]]
    saved_at: Mapped[datetime] = mapped_column(index=True)


class Receipt(Base):
    """The answer to a form already sent: the same key again gets the same answer."""

    __tablename__ = "receipt"

    key: Mapped[str] = mapped_column(sa.String(64), primary_key=True)
    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime] = mapped_column(index=True)
