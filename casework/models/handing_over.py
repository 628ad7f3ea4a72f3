"""Handing over what somebody who leaves was in charge of, and closing their account."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class HandOver(Base):
    """One act of handing over: whose cases, to whom, and with which day the account closes.

    ``recipients`` names a person for a programme's id, and one under the empty key for all other
    cases. ``work_id`` is the long work that carries it out. ``closed_at`` is when the account was
    closed, or the closing called off.
    """

    __tablename__ = "hand_over"

    id: Mapped[Key]
    person_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    created_at: Mapped[datetime]
    recipients: Mapped[dict[str, Any]]
    reason: Mapped[str]
    closes_after: Mapped[date | None] = mapped_column(index=True)
    work_id: Mapped[UUID] = mapped_column(unique=True)
    closed_at: Mapped[datetime | None]
