"""Reference data: what the whole portfolio serves."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Base, Key


class Named:
    """A name in the three languages."""

    name_fr: Mapped[str]
    name_nl: Mapped[str]
    name_en: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    def name(self, language: str) -> str:
        """Return the name in ``language`` (fr, nl or en)."""
        return str(getattr(self, f"name_{language}"))


class Ambition(Named, Base):
    """One of the ambitions that the portfolio serves."""

    __tablename__ = "ambition"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)


class Programme(Named, Base):
    """One of the programmes that make the ambitions concrete."""

    __tablename__ = "programme"

    id: Mapped[Key]
    number: Mapped[int] = mapped_column(unique=True)
    ambition_id: Mapped[UUID] = mapped_column(sa.ForeignKey("ambition.id"), index=True)
    operator: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)

    ambition: Mapped[Ambition] = relationship(lazy="raise")
