"""When the things that must happen regularly last happened."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Heartbeat(Base):
    """The last time that a periodic task (``sweep``) ran to its end, and how long it took."""

    __tablename__ = "heartbeat"

    name: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    at: Mapped[datetime]
    seconds: Mapped[float | None]
