"""What a project costs, and who pays for it; all amounts in integer cents of euro."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Cents
from casework.models.record import RecordMixin


class BudgetLine(RecordMixin, Base):
    """One cost of the project."""

    __tablename__ = "pp_budget_line"

    label: Mapped[str]
    category: Mapped[str] = mapped_column(sa.String(20), default="other")
    amount_cents: Mapped[Cents]
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.CheckConstraint("amount_cents >= 0", name="amount"),)


class FundingSource(RecordMixin, Base):
    """One source of the funding plan beside the co-investors: our grant, own means, others."""

    __tablename__ = "pp_funding_source"

    kind: Mapped[str] = mapped_column(sa.String(20), default="grant")
    label: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[Cents]

    __table_args__ = (sa.CheckConstraint("amount_cents >= 0", name="amount"),)


class Pledge(RecordMixin, Base):
    """What a co-investor puts in, and how firm it is.

    From ``pledged`` on the amount counts in the funding plan; a co-investor who was only sounded
    may have none yet. ``confirmation`` and ``answer`` are the co-investor's own; they lapse when
    the amount is changed by somebody else.
    """

    __tablename__ = "pp_pledge"

    investor: Mapped[str]
    contact: Mapped[str] = mapped_column(default="")
    status: Mapped[str] = mapped_column(sa.String(10), default="sounded")
    amount_cents: Mapped[Cents | None]
    note: Mapped[str] = mapped_column(default="")
    confirmation: Mapped[str] = mapped_column(sa.String(10), default="")
    answer: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("confirmation IN ('','yes','no')", name="confirmation"),
        sa.CheckConstraint("status IN ('sounded','pledged','signed','paid')", name="status"),
        sa.CheckConstraint("status = 'sounded' OR amount_cents IS NOT NULL", name="amount"),
    )
