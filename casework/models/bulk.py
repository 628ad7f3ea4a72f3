"""Acts on many cases at once: what was chosen, what was previewed, what became of each case."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class BulkAct(Base):
    """One act on many cases, from the choice of the cases to the result.

    ``kind`` is ``move`` (``name`` is the transition of ``workflow_key``), ``assign`` (``owner_id``
    in ``data``) or ``restore`` (each case goes back to whom it belonged); empty until it is
    chosen. ``data`` holds what was typed, ``override`` why warnings are set aside. ``work_id``
    names the long work that carries it out, ``undo_of`` the act that this one takes back.
    """

    __tablename__ = "bulk_act"

    id: Mapped[Key]
    actor_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    created_at: Mapped[datetime] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(sa.String(10), default="")
    workflow_key: Mapped[str] = mapped_column(sa.String(40), default="")
    name: Mapped[str] = mapped_column(sa.String(60), default="")
    data: Mapped[dict[str, Any]]
    override: Mapped[str] = mapped_column(default="")
    previewed_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    work_id: Mapped[UUID | None] = mapped_column(index=True)
    undo_of: Mapped[UUID | None] = mapped_column(sa.ForeignKey("bulk_act.id"))


class BulkCase(Base):
    """One case of an act: the version that was previewed, and what became of it.

    ``outcome`` is empty until the case's turn has come, then ``done`` or ``refused`` with every
    reason. ``before`` keeps what is needed to take the act back, ``version_after`` tells whether
    anybody has touched the case since.
    """

    __tablename__ = "bulk_case"

    bulk_id: Mapped[UUID] = mapped_column(
        sa.ForeignKey("bulk_act.id", ondelete="CASCADE"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    version: Mapped[int]
    outcome: Mapped[str] = mapped_column(sa.String(10), default="")
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    before: Mapped[dict[str, Any]]
    version_after: Mapped[int | None]

    __table_args__ = (
        sa.CheckConstraint("outcome IN ('','done','refused')", name="outcome"),
        sa.UniqueConstraint("bulk_id", "case_id"),
    )
