"""The pilot: what it tests, what it taught, and on which views it is decided."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Cents
from casework.models.record import RecordMixin


class PilotSheet(RecordMixin, Base):
    """A pilot: its hypothesis, its scale, its first and its last day."""

    __tablename__ = "pp_pilot_sheet"

    hypothesis: Mapped[str]
    scale: Mapped[str]
    starts_on: Mapped[date]
    ends_on: Mapped[date]

    __table_args__ = (sa.CheckConstraint("ends_on >= starts_on", name="order"),)


class Indicator(RecordMixin, Base):
    """What is measured: where it stood, where it should go, where it is, or why nobody knows."""

    __tablename__ = "pp_indicator"

    label: Mapped[str]
    unit: Mapped[str] = mapped_column(default="")
    baseline: Mapped[str]
    target: Mapped[str]
    actual: Mapped[str] = mapped_column(default="")
    missing_reason: Mapped[str] = mapped_column(default="")


class LearningNote(RecordMixin, Base):
    """What was seen and what was learnt from it, mistakes included."""

    __tablename__ = "pp_learning_note"

    noted_on: Mapped[date]
    observation: Mapped[str]
    lesson: Mapped[str]


class PilotView(RecordMixin, Base):
    """How one of the parties looks back on the pilot: officer, partner or target group."""

    __tablename__ = "pp_pilot_view"

    party: Mapped[str] = mapped_column(sa.String(20))
    view: Mapped[str]
    advice: Mapped[str] = mapped_column(sa.String(10), default="")
    given_on: Mapped[date]

    __table_args__ = (
        sa.CheckConstraint("party IN ('officer','partner','target_group')", name="party"),
    )


class LearningSynthesis(RecordMixin, Base):
    """What the whole pilot taught; one a case."""

    __tablename__ = "pp_learning_synthesis"

    worked: Mapped[str]
    did_not_work: Mapped[str]
    conclusion: Mapped[str]


class Change(RecordMixin, Base):
    """One change made to a pilot that is being adjusted, and why."""

    __tablename__ = "pp_change"

    changed_on: Mapped[date]
    change: Mapped[str]
    why: Mapped[str]


class ScalePlan(RecordMixin, Base):
    """How far the project is carried, at what cost, and how much of it is funded; one a case."""

    __tablename__ = "pp_scale_plan"

    reach: Mapped[str]
    steps: Mapped[str]
    budget_cents: Mapped[Cents]
    funding_cents: Mapped[Cents]
    funded_by: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("budget_cents >= 0 AND funding_cents >= 0", name="amounts"),
    )


class Milestone(RecordMixin, Base):
    """A point to be reached by a day, and the day on which it was."""

    __tablename__ = "pp_milestone"

    label: Mapped[str]
    due_on: Mapped[date]
    reached_on: Mapped[date | None]
