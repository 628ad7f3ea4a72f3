"""A meeting: its agenda, who comes, what its minutes say."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.models.sealing import Words, sealed


class Meeting(Base):
    """One meeting of a committee.

    ``number`` is its reference (``CD-2026-03``). ``sequence`` counts what was told about its date
    and place, for invitations. ``rules_id`` is set when it opens: the rules it decides by.
    ``presiding_id`` leads it, by default the chair. ``version`` counts what is decided and changed
    in it, so that nobody acts on what is no longer there.
    """

    __tablename__ = "meeting"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"))
    number: Mapped[str] = mapped_column(sa.String(30), unique=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    place: Mapped[str] = mapped_column(default="")
    link: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(sa.String(12), default="planned")
    sequence: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column(default=1)
    rules_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_rules.id"))
    presiding_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    papers_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    cancelled_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.CheckConstraint("state IN ('planned','open','held','cancelled')", name="state"),
        sa.CheckConstraint("ends_at > starts_at", name="order"),
        sa.Index("ix_meeting_committee", "committee_id", "starts_at"),
    )


@sealed()
class MeetingItem(Base):
    """One item of an agenda: a case, or (without one) a subject in words.

    ``first_at`` is when the case first came on an agenda of this committee, ``carried_from_id``
    the item from which it was carried over. ``postponed_reason`` is the key of a declared reason,
    ``note`` what was written beside it.
    """

    __tablename__ = "meeting_item"

    id: Mapped[Key]
    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"))
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    position: Mapped[int]
    subject: Mapped[str] = mapped_column(default="")
    state: Mapped[str] = mapped_column(sa.String(12), default="planned")
    first_at: Mapped[datetime]
    carried_from_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("meeting_item.id"))
    rapporteur_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    postponed_reason: Mapped[str] = mapped_column(sa.String(40), default="")
    note: Mapped[Words] = mapped_column(default="")
    added_at: Mapped[datetime]
    added_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    closed_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('planned','decided','postponed','noted','removed')", name="state"
        ),
        sa.Index(
            "uq_meeting_item_case",
            "meeting_id",
            "case_id",
            unique=True,
            sqlite_where=sa.text("state <> 'removed' AND case_id IS NOT NULL"),
            postgresql_where=sa.text("state <> 'removed' AND case_id IS NOT NULL"),
        ),
    )


class Sight(Base):
    """The grant by which an item of an agenda lets a person see its case."""

    __tablename__ = "committee_sight"

    item_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting_item.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    grant_id: Mapped[UUID] = mapped_column(sa.ForeignKey("access_grant.id"))


class Attendance(Base):
    """What one member announced for a meeting, and whether they took part.

    ``announced`` is yes, no or empty. ``presence`` is empty until it is noted: present, remote,
    absent, or proxy, in which case ``proxy_id`` is the member who speaks for them.
    """

    __tablename__ = "attendance"

    meeting_id: Mapped[UUID] = mapped_column(sa.ForeignKey("meeting.id"), primary_key=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), primary_key=True)
    announced: Mapped[str] = mapped_column(sa.String(8), default="")
    announced_at: Mapped[datetime | None]
    announced_reason: Mapped[str] = mapped_column(default="")
    presence: Mapped[str] = mapped_column(sa.String(12), default="")
    proxy_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    noted_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("announced IN ('','yes','no')", name="announced"),
        sa.CheckConstraint("presence IN ('','present','remote','absent','proxy')", name="presence"),
        sa.CheckConstraint("(presence = 'proxy') = (proxy_id IS NOT NULL)", name="proxy"),
    )
