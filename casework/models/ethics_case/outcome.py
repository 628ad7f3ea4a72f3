"""What the committee says: opinions, recommendations and what became of them, publication."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin


class Opinion(RecordMixin, Base):
    """An opinion: it answers the question of a formal request; one a case.

    ``number`` (AV-2025-01) is given when it is adopted.
    """

    __tablename__ = "ec_opinion"

    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    adopted_on: Mapped[date | None]
    question: Mapped[str]
    text: Mapped[str]


class Recommendation(RecordMixin, Base):
    """A recommendation: to whom, and why; what is recommended stands in its items; one a case.

    ``number`` (REC-2025-02) is given when it is adopted.
    """

    __tablename__ = "ec_recommendation"

    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    adopted_on: Mapped[date | None]
    addressee: Mapped[str]
    text: Mapped[str]


class RecommendationItem(RecordMixin, Base):
    """One thing that is recommended, the day by which it is to be answered, and the answer.

    ``answer`` is empty, accepted, partly, refused, or none (after two reminders).
    """

    __tablename__ = "ec_recommendation_item"

    text: Mapped[str]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(sa.String(12), default="")
    answered_on: Mapped[date | None]
    answer_text: Mapped[str] = mapped_column(default="")


class Review(RecordMixin, Base):
    """A look at what became of a recommendation, 6 or 12 months after it was transmitted."""

    __tablename__ = "ec_review"

    month: Mapped[str] = mapped_column(sa.String(4))
    held_on: Mapped[date]
    finding: Mapped[str]
    progress: Mapped[str] = mapped_column(sa.String(12))


class Publication(RecordMixin, Base):
    """The redacted text that may be read by everybody; one a case.

    A second member reads it: whoever wrote it last (``written_by_id``) cannot. A change of the text
    takes the second reading away.
    """

    __tablename__ = "ec_publication"

    title: Mapped[str]
    text: Mapped[str]
    consent: Mapped[str] = mapped_column(sa.String(12))
    reidentification: Mapped[str] = mapped_column(default="")
    written_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    read_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    read_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
