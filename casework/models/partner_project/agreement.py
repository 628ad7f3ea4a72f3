"""The conditions under which a project was approved."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class Condition(RecordMixin, Base):
    """A condition with its own due date; it is lifted by the house, on evidence."""

    __tablename__ = "pp_condition"

    text: Mapped[str]
    blocking: Mapped[bool] = mapped_column(default=True)
    due_on: Mapped[date]
    evidence: Mapped[str] = mapped_column(default="")
    lifted: Mapped[bool] = mapped_column(default=False)
    lifted_on: Mapped[date | None]
