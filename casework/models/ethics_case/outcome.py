"""What the committee says: opinions, recommendations and what became of them, publication."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin
from casework.models.sealing import Words, sealed


@sealed()
class Opinion(RecordMixin, Base):
    """An opinion: it answers the question of a formal request; one a case.

    ``number`` (AV-2025-01) is given when it is adopted.
    """

    __tablename__ = "ec_opinion"

    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    adopted_on: Mapped[date | None]
    question: Mapped[Words]
    text: Mapped[Words]


@sealed()
class Recommendation(RecordMixin, Base):
    """A recommendation: to whom, and why; what is recommended stands in its items; one a case.

    ``number`` (REC-2025-02) is given when it is adopted.
    """

    __tablename__ = "ec_recommendation"

    number: Mapped[str | None] = mapped_column(sa.String(30), unique=True)
    adopted_on: Mapped[date | None]
    addressee: Mapped[Words]
    text: Mapped[Words]


@sealed()
class RecommendationItem(RecordMixin, Base):
    """One thing that is recommended, the day by which it is to be answered, and the answer.

    ``answer`` is empty, accepted, partly, refused, or none (after two reminders).
    """

    __tablename__ = "ec_recommendation_item"

    text: Mapped[Words]
    due_on: Mapped[date]
    answer: Mapped[str] = mapped_column(sa.String(12), default="")
    answered_on: Mapped[date | None]
    answer_text: Mapped[Words] = mapped_column(default="")


@sealed()
class Review(RecordMixin, Base):
    """A look at what became of a recommendation, 6 or 12 months after it was transmitted."""

    __tablename__ = "ec_review"

    month: Mapped[str] = mapped_column(sa.String(4))
    held_on: Mapped[date]
    finding: Mapped[Words]
    progress: Mapped[str] = mapped_column(sa.String(12))


@sealed(public=lambda row: ("title", "text") if row.published_at is not None else ())
class Publication(RecordMixin, Base):
    """The redacted text that may be read by everybody; one a case.

    A second member reads it: whoever wrote it last (``written_by_id``) cannot. A change of the text
    takes the second reading away.
    """

    __tablename__ = "ec_publication"

    title: Mapped[Words]
    text: Mapped[Words]
    consent: Mapped[str] = mapped_column(sa.String(12))
    reidentification: Mapped[Words] = mapped_column(default="")
    written_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    read_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    read_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
