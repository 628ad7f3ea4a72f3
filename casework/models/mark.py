"""What the installation has done once, and remembers for good."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base


class Mark(Base):
    """Something done once (``demo-house-terre-en-commun``), with what came of it."""

    __tablename__ = "mark"

    key: Mapped[str] = mapped_column(sa.String(80), primary_key=True)
    result: Mapped[dict[str, Any]]
    at: Mapped[datetime]
