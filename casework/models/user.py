"""People who sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class User(Base):
    """A person with an account: an address, a language, and nothing we do not need."""

    __tablename__ = "user_account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    address_bounced_at: Mapped[datetime | None]
    desk_seen_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody who has signed in (templates ask)."""
        return True

    def get_id(self) -> str:
        """Return the identifier under which the browser keeps this person's unsent text."""
        return str(self.id)
