"""How a committee decides on an item: interests declared, opinions, votes, the decision itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.models.committee.meeting import MeetingItem
from casework.models.sealing import Words, sealed


def case_of_item(row: Any) -> Any:
    """Return the case of what hangs on an item of an agenda."""
    query = sa.select(MeetingItem.case_id).where(MeetingItem.id == row.item_id)
    return query.correlate_except(MeetingItem).scalar_subquery()


@sealed()
class Interest(Base):
    """An interest that a member has in a case: proposed by a known tie, or declared by them.

    ``state`` is proposed (waits for an answer), recused (the member stays out: ``grant_id`` denies
    them the case) or dismissed (somebody found that the tie does not matter, and said why).
    """

    __tablename__ = "committee_interest"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"))
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    tie: Mapped[str] = mapped_column(sa.String(20))
    text: Mapped[Words] = mapped_column(default="")
    state: Mapped[str] = mapped_column(sa.String(12))
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    grant_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))

    __table_args__ = (
        sa.UniqueConstraint("committee_id", "case_id", "user_id"),
        sa.CheckConstraint("state IN ('proposed','recused','dismissed')", name="state"),
    )


@sealed(case_of_item)
class Opinion(Base):
    """What one member thinks of an item before the meeting."""

    __tablename__ = "committee_opinion"

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting_item.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    leaning: Mapped[str] = mapped_column(sa.String(12))
    text: Mapped[Words] = mapped_column(default="")
    at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint("leaning IN ('for','against','undecided')", name="leaning"),
    )


class Poll(Base):
    """A vote on one proposed verdict of an item; of a secret one, only the count is kept."""

    __tablename__ = "poll"

    id: Mapped[Key]
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting_item.id"), index=True)
    verdict: Mapped[str] = mapped_column(sa.String(40))
    secret: Mapped[bool] = mapped_column(default=False)
    yes: Mapped[int] = mapped_column(default=0)
    no: Mapped[int] = mapped_column(default=0)
    abstain: Mapped[int] = mapped_column(default=0)
    opened_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    carried: Mapped[bool | None]

    __table_args__ = (
        sa.Index(
            "uq_poll_open",
            "item_id",
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        ),
    )


class Ballot(Base):
    """That a member has voted (``cast_by_id``: the proxy), and how; empty in a secret vote."""

    __tablename__ = "ballot"

    poll_id: Mapped[UUID] = mapped_column(sa.ForeignKey("poll.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    cast_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    choice: Mapped[str | None] = mapped_column(sa.String(8))

    __table_args__ = (sa.CheckConstraint("choice IN ('yes','no','abstain')", name="choice"),)


class Decision(Base):
    """A decision as it was taken, never altered.

    ``canonical`` is the exact text that ``hash`` was computed over: who was present, who was
    recused, who voted how (of a secret vote: the counts), what was before them, by which rules.
    """

    __tablename__ = "committee_decision"

    id: Mapped[Key]
    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting_item.id"), unique=True)
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    verdict: Mapped[str] = mapped_column(sa.String(40))
    method: Mapped[str] = mapped_column(sa.String(12))
    taken_at: Mapped[datetime]
    recorded_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    canonical: Mapped[str]
    hash: Mapped[str] = mapped_column(sa.String(64))

    __table_args__ = (sa.CheckConstraint("method IN ('vote','consensus')", name="method"),)
