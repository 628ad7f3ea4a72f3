"""Deadlines, the reminders about them, and what an administrator tunes."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key


class Deadline(Base):
    """One deadline on one subject: the case itself, or one of its records (a condition …).

    A committee's is on itself (its yearly report), a meeting or a mandate, and has no case.
    ``opened_at`` is when this occurrence began and ``anchor_at`` what a recurring one counts
    from. ``length`` is its whole length ("10 wd"; none where the end is a date of its own).
    ``started_at`` is when its clock last began to run and ``running`` the length it has run with
    since; while the clock is stopped, ``stopped_at`` is set and ``remaining`` holds what is left
    ("6 wd"). ``stopped_seconds`` is the sum of earlier stops, for offsets in percent.
    ``moved_at`` tells that somebody chose its end by hand. ``refused_at`` is when the move that
    it makes was last refused, ``fired_at`` when it was made.
    """

    __tablename__ = "deadline"

    id: Mapped[Key]
    case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    committee_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("committee.id"), index=True)
    subject_kind: Mapped[str] = mapped_column(sa.String(40), default="case")
    subject_id: Mapped[UUID]
    rule: Mapped[str] = mapped_column(sa.String(60))
    occurrence: Mapped[int] = mapped_column(default=1)
    label: Mapped[str] = mapped_column(default="")
    length: Mapped[str | None] = mapped_column(sa.String(30))
    anchor_at: Mapped[datetime]
    opened_at: Mapped[datetime]
    started_at: Mapped[datetime]
    running: Mapped[str | None] = mapped_column(sa.String(30))
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(12), default="open")
    stopped_at: Mapped[datetime | None]
    remaining: Mapped[str | None] = mapped_column(sa.String(30))
    stopped_seconds: Mapped[int] = mapped_column(default=0)
    moved_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    fired_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("state IN ('open','stopped','met','cancelled','missed')", name="state"),
        sa.CheckConstraint("(state = 'stopped') = (stopped_at IS NOT NULL)", name="stopped"),
        sa.CheckConstraint("(case_id IS NULL) <> (committee_id IS NULL)", name="whose"),
        sa.UniqueConstraint("subject_kind", "subject_id", "rule", "occurrence"),
        sa.Index(
            "uq_deadline_running",
            "subject_kind",
            "subject_id",
            "rule",
            unique=True,
            sqlite_where=sa.text("state IN ('open','stopped')"),
            postgresql_where=sa.text("state IN ('open','stopped')"),
        ),
        sa.Index("ix_deadline_due", "state", "due_at"),
        sa.Index(
            "ix_deadline_rule_due",
            "rule",
            "due_at",
            "id",
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        ),
    )


PENDING: sa.ColumnElement[Any] = sa.literal_column("'pending'")
"""The state of reminders to come, for whoever asks which are due in the whole house.

Written into the statement: a plan that PostgreSQL keeps for all values takes a partial index by
what it reads there alone.
"""


class Reminder(Base):
    """One reminder that a deadline promises to one audience (a role).

    ``rule`` is its offset ("-3 wd") and ``at`` the moment that this gives. ``escalates`` tells
    that it goes over the head of whoever had to act.
    """

    __tablename__ = "reminder"

    id: Mapped[Key]
    deadline_id: Mapped[UUID] = mapped_column(sa.ForeignKey("deadline.id"))
    rule: Mapped[str] = mapped_column(sa.String(30))
    audience: Mapped[str] = mapped_column(sa.String(40))
    escalates: Mapped[bool] = mapped_column(default=False)
    at: Mapped[datetime]
    state: Mapped[str] = mapped_column(sa.String(12), default="pending")
    done_at: Mapped[datetime | None]

    __table_args__ = (
        sa.CheckConstraint("state IN ('pending','done','superseded','cancelled')", name="state"),
        sa.UniqueConstraint("deadline_id", "rule", "audience"),
        sa.Index(
            "ix_reminder_pending",
            "at",
            sqlite_where=sa.text("state = 'pending'"),
            postgresql_where=sa.text("state = 'pending'"),
        ),
    )


class DeadlineSetting(Base):
    """An administrator's version of a deadline's length and reminders; the newest row counts.

    ``reminders`` are written "-3 wd to programme_officer", "+1 wd escalates to programme_lead".
    """

    __tablename__ = "deadline_setting"

    id: Mapped[Key]
    workflow_key: Mapped[str] = mapped_column(sa.String(40))
    rule: Mapped[str] = mapped_column(sa.String(60))
    version: Mapped[int]
    length: Mapped[str | None] = mapped_column(sa.String(30))
    reminders: Mapped[list[str]]
    changed_at: Mapped[datetime]
    changed_by_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))

    __table_args__ = (sa.UniqueConstraint("workflow_key", "rule", "version"),)


class ClosingDay(Base):
    """A day on which the house is closed beside the public holidays."""

    __tablename__ = "closing_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    label: Mapped[str]
