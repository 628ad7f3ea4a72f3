"""What a cycle takes over: the modules pinned beside its base, the evidence of the last cycle."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key

ANSWERS = ("confirmed", "dropped")


class PinnedModule(Base):
    """The version of a sector's module that a case pins beside its base; it never changes."""

    __tablename__ = "la_module"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"))
    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential_version.id"))

    __table_args__ = (sa.UniqueConstraint("case_id", "version_id"),)


class CarriedEvidence(Base):
    """What the cooperative says of a piece of evidence of its last cycle; none yet: no row.

    ``source_id`` is that piece. Once ``answer`` is confirmed, ``evidence_id`` is the piece of this
    case whose document names the same stored bytes; only that one counts.
    """

    __tablename__ = "la_carried"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"))
    source_id: Mapped[UUID] = mapped_column(sa.ForeignKey("la_evidence.id"))
    answer: Mapped[str] = mapped_column(sa.String(12))
    evidence_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("la_evidence.id"))
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.UniqueConstraint("case_id", "source_id"),
        sa.CheckConstraint("answer IN ('confirmed','dropped')", name="answer"),
    )
