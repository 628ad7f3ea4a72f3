"""How criteria of different referentials relate."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key

RELATIONS = ("equal", "subset", "superset", "intersects", "none")
INVERSE = {"subset": "superset", "superset": "subset"}


class CriterionMapping(Base):
    """One pair of criteria: what the first asks for is ``relation`` to what the other asks for.

    ``none``: somebody has looked, and they have nothing in common. A pair is stored once, the
    smaller identifier first; read from the other side the relation is the inverse one.
    """

    __tablename__ = "criterion_mapping"

    id: Mapped[Key]
    criterion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("criterion.id"))
    other_id: Mapped[UUID] = mapped_column(sa.ForeignKey("criterion.id"), index=True)
    relation: Mapped[str] = mapped_column(sa.String(12))
    note: Mapped[str] = mapped_column(default="")
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.UniqueConstraint("criterion_id", "other_id"),
        sa.CheckConstraint("criterion_id < other_id", name="order"),
        sa.CheckConstraint(
            "relation IN ('equal','subset','superset','intersects','none')", name="relation"
        ),
    )
