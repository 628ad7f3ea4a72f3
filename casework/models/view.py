"""How people want to see the list of cases: their columns, and the views that they have saved."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class SavedView(Base):
    """A list of cases under a name: filters, order and columns, as an address writes them.

    ``roles`` are the roles of the house with whom it is shared; without any it is its owner's
    alone. ``key`` is the name as it is compared, so that nobody has two views of one name.
    """

    __tablename__ = "saved_view"

    id: Mapped[Key]
    owner_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    name: Mapped[str] = mapped_column(sa.String(60))
    key: Mapped[str] = mapped_column(sa.String(60))
    query: Mapped[dict[str, Any]]
    roles: Mapped[list[str]]
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]

    __table_args__ = (sa.UniqueConstraint("owner_id", "key"),)


class ListChoice(Base):
    """What a person has chosen for good: the columns of the list, and the view it begins with."""

    __tablename__ = "list_choice"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    columns: Mapped[list[str]]
    view_id: Mapped[UUID | None] = mapped_column(
        sa.ForeignKey("saved_view.id", ondelete="SET NULL"), index=True
    )
