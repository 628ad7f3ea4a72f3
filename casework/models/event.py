"""The event log: append-only, chained by hashes, protected by triggers of the database."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from casework.db import Base, Key


class Event(Base):
    """One act on a case. ``canonical`` is the exact text that ``hash`` was computed over.

    What may have to be forgotten is not here but in :class:`EventPayload`; the event holds the
    salted digest of that row.
    """

    __tablename__ = "event"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"))
    seq: Mapped[int]
    kind: Mapped[str] = mapped_column(sa.String(40))
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    at: Mapped[datetime]
    actor_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    from_state: Mapped[str | None] = mapped_column(sa.String(40))
    to_state: Mapped[str | None] = mapped_column(sa.String(40))
    canonical: Mapped[str]
    hash: Mapped[str] = mapped_column(sa.String(64))

    payload: Mapped[EventPayload | None] = relationship(lazy="raise", uselist=False)

    __table_args__ = (
        sa.UniqueConstraint("case_id", "seq"),
        sa.Index("ix_event_at", "at", "id"),
        sa.Index("ix_event_actor", "actor_id", "at"),
    )


class EventPayload(Base):
    """The words and figures of an event: JSON text, salted, that can be destroyed."""

    __tablename__ = "event_payload"

    event_id: Mapped[UUID] = mapped_column(sa.ForeignKey("event.id"), primary_key=True)
    salt: Mapped[str] = mapped_column(sa.String(32))
    text: Mapped[str]
