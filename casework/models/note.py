"""Notes: what people say to one another about a case, each for an audience."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Note(Base):
    """A note on a case. Its words lie in the payload of an event, so that they can be forgotten.

    ``event_id`` is the event that holds the present words; ``corrected_at`` and ``withdrawn_at``
    say since when they are not, or no longer, the first ones.
    """

    __tablename__ = "note"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"))
    author_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    audience: Mapped[str] = mapped_column(sa.String(12))
    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("event.id"))
    written_at: Mapped[datetime]
    corrected_at: Mapped[datetime | None]
    withdrawn_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("audience IN ('team','partner','committee')", name="audience"),
        sa.Index("ix_note_case", "case_id", "written_at", "id"),
    )


class NoteWording(Base):
    """Which events hold the words that a note has had, one after the other."""

    __tablename__ = "note_wording"

    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    note_id: Mapped[UUID] = mapped_column(sa.ForeignKey("note.id"), index=True)
