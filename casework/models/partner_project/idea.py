"""The idea as the partner first tells it, and the programmes that it serves."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Cents
from casework.models.record import RecordMixin


class Idea(RecordMixin, Base):
    """The answers to the eight questions of the first form; one a case.

    ``amount_cents`` is what the partner roughly hopes for from the house.
    """

    __tablename__ = "pp_idea"

    call_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("call.id"), index=True)
    title: Mapped[str]
    challenge: Mapped[str] = mapped_column(default="")
    target_group: Mapped[str] = mapped_column(default="")
    people: Mapped[int | None]
    partners: Mapped[str] = mapped_column(default="")
    programme_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    anchoring_thought: Mapped[str] = mapped_column(default="")
    amount_cents: Mapped[Cents | None]


class PortfolioShare(RecordMixin, Base):
    """The share (in percent) with which a project serves one programme."""

    __tablename__ = "pp_portfolio_share"

    programme_id: Mapped[UUID] = mapped_column(sa.ForeignKey("programme.id"), index=True)
    share: Mapped[int]

    __table_args__ = (sa.CheckConstraint("share BETWEEN 1 AND 100", name="share"),)


class Bridge(RecordMixin, Base):
    """What the house finds beside an idea: a similar idea, or a partner who builds a bridge."""

    __tablename__ = "pp_bridge"

    kind: Mapped[str] = mapped_column(sa.String(20), default="partner")
    name: Mapped[str]
    sector: Mapped[str] = mapped_column(sa.String(40), default="other")
    note: Mapped[str] = mapped_column(default="")
