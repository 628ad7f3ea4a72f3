"""The organisations we work with."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Organisation(Base):
    """A partner organisation, known by its number in the official register of its country."""

    __tablename__ = "organisation"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(index=True)
    country: Mapped[str] = mapped_column(sa.String(2))
    registry_number: Mapped[str | None] = mapped_column(sa.String(20))
    sector: Mapped[str] = mapped_column(sa.String(40), default="other")
    town: Mapped[str] = mapped_column(default="")
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    website: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("country", "registry_number"),)
