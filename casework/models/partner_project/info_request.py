"""What the house asks the partner to add, item by item."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class InfoItem(RecordMixin, Base):
    """One item of a request, with the reason for asking, and the partner's answer.

    ``asked_in`` is the state in which the case stood when it was asked, and to which it returns;
    ``round`` counts the requests of a case.
    """

    __tablename__ = "pp_info_item"

    round: Mapped[int] = mapped_column(default=1)
    asked_in: Mapped[str] = mapped_column(sa.String(40))
    asked_at: Mapped[datetime]
    item: Mapped[str]
    reason: Mapped[str]
    answer: Mapped[str] = mapped_column(default="")
    refused: Mapped[bool] = mapped_column(default=False)
    refusal_reason: Mapped[str] = mapped_column(default="")
