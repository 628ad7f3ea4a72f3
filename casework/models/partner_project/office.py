"""What the house keeps beside a project: who follows it, what was checked, what was sent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class Team(RecordMixin, Base):
    """The lead programme officer and the coach of a project; one a case."""

    __tablename__ = "pp_team"

    officer_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    coach_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Completeness(RecordMixin, Base):
    """The checklist that a proposal passes before it is put on the agenda; one a case."""

    __tablename__ = "pp_completeness"

    proposal_complete: Mapped[bool] = mapped_column(default=False)
    budget_checked: Mapped[bool] = mapped_column(default=False)
    risks_considered: Mapped[bool] = mapped_column(default=False)
    anchoring_checked: Mapped[bool] = mapped_column(default=False)
    signed_off: Mapped[bool] = mapped_column(default=False)
    note: Mapped[str] = mapped_column(default="")


class AgendaItem(RecordMixin, Base):
    """When a proposal is deliberated, and which conflicts of interest were declared; one a case."""

    __tablename__ = "pp_agenda_item"

    meeting_on: Mapped[date]
    conflicts: Mapped[str] = mapped_column(default="")


class CheckIn(RecordMixin, Base):
    """A moment at which officer, coach and partner looked together at where they stand."""

    __tablename__ = "pp_check_in"

    held_on: Mapped[date]
    summary: Mapped[str]
    next_steps: Mapped[str] = mapped_column(default="")


class ClosingLetter(RecordMixin, Base):
    """The motivated letter that ends a project that goes no further; one a case."""

    __tablename__ = "pp_closing_letter"

    sent_on: Mapped[date]
    text: Mapped[str]
