"""Making the project together: sessions, members of the consortium, risks."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class TargetGroupSession(RecordMixin, Base):
    """A session with the target group: planned, or held and then with what it changed.

    ``group_attended`` and ``group_words`` are what the group itself says of it.
    """

    __tablename__ = "pp_session"

    status: Mapped[str] = mapped_column(sa.String(10), default="planned")
    held_on: Mapped[date]
    topic: Mapped[str]
    participants: Mapped[int | None]
    changes: Mapped[str] = mapped_column(default="")
    group_attended: Mapped[str] = mapped_column(sa.String(10), default="")
    group_words: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("status IN ('planned','held')", name="status"),
        sa.CheckConstraint("group_attended IN ('','yes','no')", name="group_attended"),
    )


class ConsortiumMember(RecordMixin, Base):
    """An organisation that carries the project along, and the sector it comes from."""

    __tablename__ = "pp_consortium_member"

    name: Mapped[str]
    sector: Mapped[str] = mapped_column(sa.String(40))
    contribution: Mapped[str] = mapped_column(default="")


class Risk(RecordMixin, Base):
    """What might go wrong, how likely it is, and what will be done about it."""

    __tablename__ = "pp_risk"

    risk: Mapped[str]
    likelihood: Mapped[str] = mapped_column(sa.String(10), default="medium")
    measure: Mapped[str] = mapped_column(default="")

    __table_args__ = (
        sa.CheckConstraint("likelihood IN ('low','medium','high')", name="likelihood"),
    )
