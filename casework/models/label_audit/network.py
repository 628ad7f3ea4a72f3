"""The network around the cycles: members with their dues, and certified auditors."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Membership(Base):
    """That an organisation is a member of the union, and which charter it has signed; one each.

    The share is active from ``share_from`` to ``share_until`` (both included; none: for good).
    """

    __tablename__ = "la_membership"

    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(sa.ForeignKey("organisation.id"), unique=True)
    share_from: Mapped[date | None]
    share_until: Mapped[date | None]
    charter_version: Mapped[str] = mapped_column(sa.String(20), default="")
    charter_signed_on: Mapped[date | None]
    charter_signed_by: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    @classmethod
    def active_on(cls, day: Any) -> sa.ColumnElement[bool]:
        """Return the condition under which the share is held on a day (a date, or a column)."""
        ended = sa.or_(cls.share_until.is_(None), cls.share_until >= day)
        return sa.and_(cls.share_from <= day, ended)


class Due(Base):
    """What a member owes the union for a year: due on a day, paid on another, or exempted.

    ``told`` is the day and the reminder that went out last.
    """

    __tablename__ = "la_due"

    id: Mapped[Key]
    membership_id: Mapped[UUID] = mapped_column(sa.ForeignKey("la_membership.id"))
    year: Mapped[int]
    due_on: Mapped[date]
    paid_on: Mapped[date | None]
    exempted: Mapped[bool] = mapped_column(default=False)
    told: Mapped[str] = mapped_column(sa.String(40), default="", server_default=sa.text("''"))
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("membership_id", "year"),)


class Certificate(Base):
    """That a person may audit, from a day to a day (both included).

    ``told`` is the day and the reminder that went out last.
    """

    __tablename__ = "la_certificate"

    id: Mapped[Key]
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(30), unique=True)
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    told: Mapped[str] = mapped_column(sa.String(40), default="", server_default=sa.text("''"))
    created_at: Mapped[datetime]

    __table_args__ = (sa.CheckConstraint("valid_until >= valid_from", name="order"),)
