"""Figures kept for the dashboard, so that it need not walk through every event.

They repeat what cases, events and deadlines say, as of the last refresh, and may be thrown away
and made again at any time. Restricted cases have no rows here.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Cents


class CaseFigure(Base):
    """Where a case stands: its stage, who must act, since when, and the money it is about."""

    __tablename__ = "case_figure"

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), primary_key=True)
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"))
    stage: Mapped[str] = mapped_column(sa.String(40))
    final: Mapped[bool]
    waits_for: Mapped[str] = mapped_column(sa.String(12))
    since: Mapped[datetime]
    asked_cents: Mapped[Cents | None]
    granted_cents: Mapped[Cents | None]

    __table_args__ = (
        sa.Index("ix_case_figure_stage", "workflow_key", "final", "stage", "programme_id"),
        sa.Index("ix_case_figure_waiting", "workflow_key", "waits_for", "since", "programme_id"),
        sa.Index(
            "ix_case_figure_portfolio",
            "workflow_key",
            "programme_id",
            "final",
            "asked_cents",
            "granted_cents",
        ),
    )


class StageVisit(Base):
    """One stay of a case in one stage. Months are those of the house, counted from year 0.

    ``days`` is the length of a stay that has ended, in civil days of the house.
    """

    __tablename__ = "stage_visit"

    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"))
    stage: Mapped[str] = mapped_column(sa.String(40))
    entered_month: Mapped[int]
    left_month: Mapped[int | None]
    days: Mapped[int | None]

    __table_args__ = (
        sa.Index(
            "ix_stage_visit_entered", "workflow_key", "entered_month", "stage", "programme_id"
        ),
        sa.Index(
            "ix_stage_visit_left", "workflow_key", "left_month", "stage", "days", "programme_id"
        ),
    )


class DeadlineOutcome(Base):
    """How one deadline ended: kept, late or missed, and in which month."""

    __tablename__ = "deadline_outcome"

    deadline_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deadline.id"), primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"))
    rule: Mapped[str] = mapped_column(sa.String(60))
    outcome: Mapped[str] = mapped_column(sa.String(10))
    closed_month: Mapped[int]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('kept','late','missed')", name="outcome"),
        sa.Index(
            "ix_deadline_outcome_closed",
            "workflow_key",
            "closed_month",
            "rule",
            "outcome",
            "programme_id",
        ),
    )


class StatisticsRun(Base):
    """Up to which change of a case the figures are made, when, and what the desk shows of them."""

    __tablename__ = "statistics_run"

    name: Mapped[str] = mapped_column(sa.String(20), primary_key=True)
    as_of: Mapped[datetime]
    summary: Mapped[dict[str, Any]]
