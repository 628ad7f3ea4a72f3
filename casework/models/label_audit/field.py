"""What auditors took without a network: the keys of their devices, and everything that arrived."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key

OUTCOMES = ("saved", "same", "conflict")


class FieldKey(Base):
    """The key with which a person's device encrypts one audit, sealed; empty once forgotten.

    A person has one at a time for an audit. The row of a forgotten key stays, so that a device
    can be told that what it holds is opened by nothing any more.
    """

    __tablename__ = "la_field_key"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    sealed: Mapped[str]
    created_at: Mapped[datetime]
    forgotten_at: Mapped[datetime | None]

    __table_args__ = (
        sa.Index(
            "uq_la_field_key_in_use",
            "user_id",
            "case_id",
            unique=True,
            sqlite_where=sa.text("forgotten_at IS NULL"),
            postgresql_where=sa.text("forgotten_at IS NULL"),
        ),
    )


class FieldEntry(Base):
    """A result that a device has sent, under the identifier that the device gave it.

    ``base`` is the revision that it was made on, ``revision`` what it became. An entry in conflict
    met a newer revision: it waits beside it until somebody of the team has chosen
    (``settled_at``). ``taken_at`` is by the device's clock.
    """

    __tablename__ = "la_field_entry"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    criterion_id: Mapped[UUID] = mapped_column(sa.ForeignKey("criterion.id"))
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    base: Mapped[int]
    result: Mapped[str] = mapped_column(sa.String(16))
    note: Mapped[str] = mapped_column(default="")
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
    outcome: Mapped[str] = mapped_column(sa.String(8))
    revision: Mapped[int | None]
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('saved','same','conflict')", name="outcome"),
        sa.CheckConstraint(
            "result IN ('met','partial','not_met','not_applicable','not_assessed')", name="result"
        ),
    )


class FieldPhoto(Base):
    """A photo that a device has sent, under the device's identifier, and the document it became."""

    __tablename__ = "la_field_photo"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    document_id: Mapped[UUID] = mapped_column(sa.ForeignKey("document.id"))
    taken_at: Mapped[datetime]
    received_at: Mapped[datetime]
