"""People who sign in."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from casework.db import Base, Key
from casework.folding import folded


class User(Base):
    """A person with an account: an address, a language, and nothing we do not need.

    ``folded`` (searched and sorted by) follows the name and the address.
    """

    __tablename__ = "user_account"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    language: Mapped[str] = mapped_column(sa.String(2), default="fr")
    password_hash: Mapped[str | None]
    active: Mapped[bool] = mapped_column(default=True)
    address_bounced_at: Mapped[datetime | None]
    address_bounce_noted: Mapped[bool] = mapped_column(default=False, server_default=sa.false())
    desk_seen_at: Mapped[datetime | None]
    joined_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    folded: Mapped[str] = mapped_column(default="", index=True)

    @validates("name", "email")
    def _fold(self, key: str, value: str) -> str:
        parts = {"name": self.name or "", "email": self.email or "", key: value}
        self.folded = folded(f"{parts['name']} {parts['email']}")
        return value

    @property
    def particulars(self) -> str:
        """What a form about this person was shown with: tells whether anybody was faster."""
        return f"{self.name} {self.email} {self.language}"

    @property
    def is_authenticated(self) -> bool:
        """Whether this is somebody who has signed in (templates ask)."""
        return True

    def get_id(self) -> str:
        """Return the identifier under which the browser keeps this person's unsent text."""
        return str(self.id)
