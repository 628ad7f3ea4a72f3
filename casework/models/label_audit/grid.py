"""What was found about each criterion, in three layers, and the evidence beside it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.models.record import RecordMixin

LAYERS = ("self", "auditor", "committee")


class CriterionResult(Base):
    """One revision of one layer's result for one criterion; the database refuses to change it.

    The newest revision of a layer counts. ``note`` is the observation, or the reason why the
    criterion does not apply.
    """

    __tablename__ = "la_result"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"))
    criterion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("criterion.id"))
    layer: Mapped[str] = mapped_column(sa.String(10))
    revision: Mapped[int]
    result: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(default="")
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.UniqueConstraint("case_id", "criterion_id", "layer", "revision"),
        sa.CheckConstraint("layer IN ('self','auditor','committee')", name="layer"),
        sa.CheckConstraint(
            "result IN ('met','partial','not_met','not_applicable','not_assessed')", name="result"
        ),
    )


class Evidence(RecordMixin, Base):
    """A document as evidence for one or many criteria (their codes), with its own effective date.

    The document keeps its versions, each with its hash.
    """

    __tablename__ = "la_evidence"

    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    criteria: Mapped[list[str]]
    effective_on: Mapped[date]
    note: Mapped[str] = mapped_column(default="")
