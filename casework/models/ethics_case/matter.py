"""What was brought to the ethics committee, and what became of it before it was looked into."""

from __future__ import annotations

from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base
from casework.models.record import RecordMixin
from casework.models.sealing import Words, sealed


@sealed()
class Matter(RecordMixin, Base):
    """What a case is about, and the dated facts of it that the yearly figures count; one a case.

    ``origin`` is person, body or committee. ``resolved_on`` says that it resolved by itself,
    ``own_initiative_on`` that the committee took it up without being asked; both may be true of a
    case that ended in any way. ``outcome`` is set when the case is closed.
    """

    __tablename__ = "ec_matter"

    origin: Mapped[str] = mapped_column(sa.String(12))
    body: Mapped[Words] = mapped_column(default="")
    noticed_on: Mapped[date] = mapped_column(index=True)
    summary: Mapped[Words]
    themes: Mapped[list[str]]
    sensitivity: Mapped[str] = mapped_column(sa.String(12), default="usual")
    own_initiative_on: Mapped[date | None]
    resolved_on: Mapped[date | None]
    resolved_how: Mapped[Words] = mapped_column(default="")
    resolved_confirmed: Mapped[bool] = mapped_column(default=False)
    outcome: Mapped[str] = mapped_column(sa.String(20), default="")


@sealed()
class FormalRequest(RecordMixin, Base):
    """A formal request for an opinion: who asks, when, and the question."""

    __tablename__ = "ec_formal_request"

    author: Mapped[Words]
    requested_on: Mapped[date] = mapped_column(index=True)
    question: Mapped[Words]


@sealed()
class Triage(RecordMixin, Base):
    """The four frontiers of the committee, and whether another body fits better; one a case.

    Each answer is no, partly or yes: yes, it belongs to the other side of the frontier.
    """

    __tablename__ = "ec_triage"

    operational: Mapped[str] = mapped_column(sa.String(8))
    political: Mapped[str] = mapped_column(sa.String(8))
    representation: Mapped[str] = mapped_column(sa.String(8))
    members: Mapped[str] = mapped_column(sa.String(8))
    members_and_ours: Mapped[bool] = mapped_column(default=False)
    better_body: Mapped[str] = mapped_column(sa.String(8))
    body: Mapped[Words] = mapped_column(default="")
    mediation: Mapped[str] = mapped_column(sa.String(8))
    reasons: Mapped[Words] = mapped_column(default="")


@sealed()
class Redirection(RecordMixin, Base):
    """To which body somebody was sent; nothing was handed on without their consent; one a case."""

    __tablename__ = "ec_redirection"

    body: Mapped[Words]
    reason: Mapped[Words]
    told_on: Mapped[date]
    consent: Mapped[bool] = mapped_column(default=False)
    forwarded: Mapped[Words] = mapped_column(default="")


@sealed()
class Postponement(RecordMixin, Base):
    """That a debate was put off, when and why; without ``until`` no new day was named."""

    __tablename__ = "ec_postponement"

    on: Mapped[date] = mapped_column(index=True)
    cause: Mapped[str] = mapped_column(sa.String(24))
    reason: Mapped[Words] = mapped_column(default="")
    until: Mapped[date | None]
