"""Files of organisations or people to be taken over, and what was found in each of their lines."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, deferred, mapped_column

from casework.db import Base, Key


class ImportFile(Base):
    """One file that somebody sent.

    ``content`` is let go as soon as the lines are read; ``sha256`` stays. ``columns`` are the keys
    of the columns that were recognised, in their order. ``fault`` says why nothing can be done
    with the whole file.
    """

    __tablename__ = "import_file"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(20))
    filename: Mapped[str]
    sha256: Mapped[str] = mapped_column(sa.String(64))
    size: Mapped[int]
    content: Mapped[bytes | None] = deferred(mapped_column(sa.LargeBinary))
    columns: Mapped[list[str]]
    state: Mapped[str] = mapped_column(sa.String(12), default="reading")
    fault: Mapped[dict[str, Any] | None]
    choices: Mapped[dict[str, Any]]
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("kind IN ('organisations','people')", name="kind"),
        sa.CheckConstraint(
            "state IN ('reading','refused','checked','writing','done')", name="state"
        ),
    )


class ImportRow(Base):
    """One line of a file: what it said, what is wrong with it, and what became of it.

    ``outcome``: ``new`` · ``change`` (known, something differs) · ``same`` (known, nothing differs)
    · ``twin`` (looks like one that we know) · ``fault``. ``faults`` name a column and a text with
    its values; ``changes`` the fields that would change, before and after. ``found_id`` is the
    record it is about, at ``found_version``. ``done_at`` is set when the line was taken over or,
    with faults, turned out not to be possible any more.
    """

    __tablename__ = "import_row"

    import_id: Mapped[UUID] = mapped_column(sa.ForeignKey("import_file.id"), primary_key=True)
    line: Mapped[int] = mapped_column(primary_key=True)
    said: Mapped[dict[str, Any]]
    outcome: Mapped[str] = mapped_column(sa.String(8))
    faults: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    changes: Mapped[dict[str, Any]]
    found_id: Mapped[UUID | None]
    found_version: Mapped[int | None]
    done_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('new','change','same','twin','fault')", name="outcome"),
        sa.Index("ix_import_row_outcome", "import_id", "outcome", "line"),
    )
