"""A committee: its colleges, its seats, its offices, and the rules by which it decides."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key

ORIGINS = ("lot", "election", "candidature", "appointment")
OFFICES = ("chair", "secretary")
MAJORITIES = ("simple", "absolute", "two_thirds")
METHODS = ("vote", "consensus", "either")


class Committee(Base):
    """A body that decides. ``kind`` is what workflows call it in their agenda.

    A committee that is not ``active`` takes nothing up any more; its history stays.
    """

    __tablename__ = "committee"

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(sa.String(40), index=True)
    prefix: Mapped[str] = mapped_column(sa.String(12), unique=True)
    name_fr: Mapped[str]
    name_nl: Mapped[str]
    name_en: Mapped[str]
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]

    def name(self, language: str) -> str:
        """Return the name in ``language`` (fr, nl or en)."""
        return str(getattr(self, f"name_{language}"))


class College(Base):
    """A group of seats: how many there should be, how many must be there, whether they vote.

    ``minimum`` is how many of the college must take part for the committee to decide anything.
    """

    __tablename__ = "college"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    position: Mapped[int] = mapped_column(default=0)
    name_fr: Mapped[str]
    name_nl: Mapped[str]
    name_en: Mapped[str]
    target: Mapped[int]
    minimum: Mapped[int] = mapped_column(default=0)
    votes: Mapped[bool] = mapped_column(default=True)

    __table_args__ = (
        sa.CheckConstraint("target > 0 AND minimum >= 0 AND minimum <= target", name="numbers"),
    )

    def name(self, language: str) -> str:
        """Return the name in ``language`` (fr, nl or en)."""
        return str(getattr(self, f"name_{language}"))


class CommitteeRules(Base):
    """One version of a committee's rules; the newest counts, a meeting keeps the one it began by.

    The quorum is ``quorum_percent`` of the seats that vote and are not recused, rounded up; with
    ``quorum_above`` it is more than that. ``majority`` is counted on the votes cast (simple: more
    yes than no), on those who take part (absolute: more than half), or two thirds of the votes
    cast. ``method`` is vote, consensus or either. ``proxies_each`` is how many absent members one
    member may speak for (0: none). Days: ``papers_days`` before a meeting, ``minutes_days`` after
    it, ``sight_days`` after an item is done with, until the file is closed to the members again.
    ``report_month`` is the month (1 to 12) by whose end a yearly report is due; 0: none is.
    """

    __tablename__ = "committee_rules"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"))
    version: Mapped[int]
    quorum_percent: Mapped[int] = mapped_column(default=50)
    quorum_above: Mapped[bool] = mapped_column(default=True)
    college_minima: Mapped[bool] = mapped_column(default=True)
    majority: Mapped[str] = mapped_column(sa.String(20), default="simple")
    method: Mapped[str] = mapped_column(sa.String(20), default="either")
    casting_vote: Mapped[bool] = mapped_column(default=True)
    secret_allowed: Mapped[bool] = mapped_column(default=True)
    remote_allowed: Mapped[bool] = mapped_column(default=True)
    proxies_each: Mapped[int] = mapped_column(default=1)
    papers_days: Mapped[int] = mapped_column(default=7)
    minutes_days: Mapped[int] = mapped_column(default=10)
    sight_days: Mapped[int] = mapped_column(default=30)
    report_month: Mapped[int] = mapped_column(default=0, server_default=sa.text("0"))
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.UniqueConstraint("committee_id", "version"),
        sa.CheckConstraint("quorum_percent BETWEEN 0 AND 100", name="quorum"),
        sa.CheckConstraint("majority IN ('simple','absolute','two_thirds')", name="majority"),
        sa.CheckConstraint("method IN ('vote','consensus','either')", name="method"),
        sa.CheckConstraint(
            "proxies_each >= 0 AND papers_days >= 0 AND minutes_days >= 0 AND sight_days >= 0",
            name="counts",
        ),
        sa.CheckConstraint("report_month BETWEEN 0 AND 12", name="report_month"),
    )


class Draw(Base):
    """A draw by lot, as anybody can repeat it: the seed, the whole list, and who was drawn.

    ``entries`` maps each identifier to a name, and ``result`` holds the identifiers drawn,
    in the order drawn; ``method`` names the rule (see :mod:`casework.committees.draw`).
    """

    __tablename__ = "committee_draw"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    college_id: Mapped[UUID] = mapped_column(sa.ForeignKey("college.id"))
    method: Mapped[str] = mapped_column(sa.String(20))
    seed: Mapped[str] = mapped_column(sa.String(64))
    entries: Mapped[dict[str, Any]]
    places: Mapped[int]
    result: Mapped[list[str]]
    at: Mapped[datetime]
    by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))


class Mandate(Base):
    """One person's seat in a college, from a day to a day (both included).

    A mandate that ended early has its new last day and ``ended_reason``. ``grant_id`` is the
    person's role in the committee, which begins and ends with it.
    """

    __tablename__ = "mandate"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    college_id: Mapped[UUID] = mapped_column(sa.ForeignKey("college.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    origin: Mapped[str] = mapped_column(sa.String(20))
    draw_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee_draw.id"))
    ended_reason: Mapped[str] = mapped_column(default="")
    grant_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (
        sa.CheckConstraint(
            "origin IN ('lot','election','candidature','appointment')", name="origin"
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="order"),
    )


class Office(Base):
    """The chair or the secretary of a committee, from a day to a day (open: until another).

    ``admitted_at`` is since when the open restricted cases go with it, ``admitted_by_id`` who said
    so. Where no keeper was left to say it, an administrator asked (``reset_asked_by_id``, with
    ``reset_reason``) and another one agreed.
    """

    __tablename__ = "committee_office"

    id: Mapped[Key]
    committee_id: Mapped[UUID] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"), index=True)
    office: Mapped[str] = mapped_column(sa.String(20))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    grant_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("access_grant.id"))
    created_at: Mapped[datetime]
    created_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    admitted_at: Mapped[datetime | None]
    admitted_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reset_asked_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    reset_reason: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))

    __table_args__ = (
        sa.CheckConstraint("office IN ('chair','secretary')", name="office"),
        sa.CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="order"),
        sa.CheckConstraint(
            "reset_asked_by_id IS NULL OR admitted_by_id <> reset_asked_by_id", name="two"
        ),
    )
