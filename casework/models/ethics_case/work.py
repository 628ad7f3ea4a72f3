"""Looking into a case: who does, what is asked of others, what is said to whoever brought it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin
from casework.models.sealing import Words, sealed


@sealed()
class Rapporteur(RecordMixin, Base):
    """A member who looks into the case and reports on it."""

    __tablename__ = "ec_rapporteur"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    task: Mapped[Words] = mapped_column(default="")


@sealed()
class InfoRequest(RecordMixin, Base):
    """A question to any entity, with the day by which it is to answer."""

    __tablename__ = "ec_info_request"

    entity: Mapped[Words]
    question: Mapped[Words]
    asked_on: Mapped[date]
    due_on: Mapped[date]
    answer: Mapped[Words] = mapped_column(default="")
    answered_on: Mapped[date | None]


@sealed()
class Exchange(RecordMixin, Base):
    """One message between the committee and whoever brought the case, read with the receipt code.

    ``from_reporter`` tells the direction; no account, address or machine is noted with it.
    """

    __tablename__ = "ec_exchange"

    from_reporter: Mapped[bool] = mapped_column(default=False)
    text: Mapped[Words]
