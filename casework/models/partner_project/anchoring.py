"""How the project will last when the money has ended, and whether it did."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class AnchoringPlan(RecordMixin, Base):
    """One version of the anchoring plan, from the idea's first thought to the final plan.

    ``agreed_on`` is the day on which the host agreed in writing; ``evidence`` says by what.
    """

    __tablename__ = "pp_anchoring_plan"

    edition: Mapped[str] = mapped_column(sa.String(10))
    route: Mapped[str] = mapped_column(sa.String(20), default="")
    host: Mapped[str] = mapped_column(default="")
    plan: Mapped[str] = mapped_column(default="")
    evidence: Mapped[str] = mapped_column(default="")
    agreed_on: Mapped[date | None]

    __table_args__ = (
        sa.CheckConstraint("edition IN ('idea','v1','v2','final')", name="edition"),
        sa.CheckConstraint(
            "route IN ('','integration','new_structure','broad_seeding')", name="route"
        ),
    )


class CheckUp(RecordMixin, Base):
    """A look at the anchored project some months after its closing."""

    __tablename__ = "pp_check_up"

    months: Mapped[int]
    due_on: Mapped[date]
    done_on: Mapped[date | None]
    standing: Mapped[str] = mapped_column(sa.String(10), default="")
    note: Mapped[str] = mapped_column(default="")

    __table_args__ = (sa.CheckConstraint("standing IN ('','yes','partly','no')", name="standing"),)
