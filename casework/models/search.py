"""The search index: one row for everything that can be found by its words."""

from __future__ import annotations

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class SearchEntry(Base):
    """One thing that can be found: a case, an organisation, a person, a document.

    ``folded`` holds its words as :func:`casework.folding.words` gives them, with a space between
    two; an index of the database's own stands over it (FTS5 on SQLite, GIN on PostgreSQL; see the
    migration that made them). ``number`` is the last number of a case's reference. Entries of a
    case name it in ``case_id``; there are none of a restricted case. ``house_only`` tells that
    partners do not find it. The identifier rises with time, so that the newest come first.
    """

    __tablename__ = "search_entry"

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True
    )
    kind: Mapped[str] = mapped_column(sa.String(20))
    subject_id: Mapped[UUID]
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_file.id"))
    organisation_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("organisation.id"))
    house_only: Mapped[bool] = mapped_column(default=False)
    number: Mapped[int | None] = mapped_column(sa.BigInteger)
    title: Mapped[str]
    folded: Mapped[str]

    __table_args__ = (
        sa.CheckConstraint("kind IN ('case','organisation','person','document')", name="kind"),
        sa.UniqueConstraint("kind", "subject_id"),
        sa.Index("ix_search_entry_case", "case_id"),
        sa.Index("ix_search_entry_number", "number"),
    )
