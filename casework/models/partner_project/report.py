"""What the partner reports, and whether the house has validated it."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Cents
from casework.models.record import RecordMixin

_STATUSES = "status IN ('submitted','validated','sent_back')"


class QuarterlyReport(RecordMixin, Base):
    """The report on one quarter; ``spent_cents`` is what was spent in it."""

    __tablename__ = "pp_quarterly_report"

    from_on: Mapped[date]
    to_on: Mapped[date]
    progress: Mapped[str]
    difficulties: Mapped[str] = mapped_column(default="")
    spent_cents: Mapped[Cents]
    status: Mapped[str] = mapped_column(sa.String(12), default="submitted")
    review_note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint(_STATUSES, name="status"),
        sa.CheckConstraint("to_on >= from_on", name="order"),
    )


class FinalReport(RecordMixin, Base):
    """The final report with its financial statement and the choice on publishing; one a case.

    ``publishable`` is ``yes``, ``no`` or empty while nothing was chosen; ``languages`` are those
    of the knowledge sheet for members.
    """

    __tablename__ = "pp_final_report"

    results: Mapped[str]
    lessons: Mapped[str]
    spent_cents: Mapped[Cents]
    statement: Mapped[str] = mapped_column(default="")
    publishable: Mapped[str] = mapped_column(sa.String(3), default="")
    languages: Mapped[list[str]] = mapped_column(default=list)
    status: Mapped[str] = mapped_column(sa.String(12), default="submitted")
    review_note: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint(_STATUSES, name="status"),
        sa.CheckConstraint("publishable IN ('','yes','no')", name="publishable"),
    )
