"""The audit: its team, its plan, its visits, what was found, the report and the reply."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, validates

from casework.db import Base
from casework.folding import folded
from casework.i18n import LANGUAGES
from casework.models.record import RecordMixin

TEXTS = ("text_fr", "text_nl", "text_en")


class Worded:
    """What auditors write in one of our languages at least."""

    def text(self, language: str) -> str:
        """Return it in ``language``, or in the first of our languages that it is written in."""
        texts = (getattr(self, f"text_{code}") for code in (language, *LANGUAGES))
        return str(next(filter(None, texts), ""))


class TeamMember(RecordMixin, Base):
    """An auditor of the case; ``part`` is lead or member."""

    __tablename__ = "la_team_member"

    user_id: Mapped[UUID] = mapped_column(sa.ForeignKey("user_account.id"))
    part: Mapped[str] = mapped_column(sa.String(8))


class Declaration(RecordMixin, Base):
    """What an auditor declares of their ties to the cooperative; the newest of a person counts.

    ``tie`` is none, employee, associate, officer or provider; ``until`` is when it ended (none: it
    has not).
    """

    __tablename__ = "la_declaration"

    user_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    tie: Mapped[str] = mapped_column(sa.String(12))
    until: Mapped[date | None]
    words: Mapped[str] = mapped_column(default="")


class AuditPlan(RecordMixin, Base):
    """When and how the audit is held; one a case."""

    __tablename__ = "la_plan"

    starts_on: Mapped[date]
    ends_on: Mapped[date]
    method: Mapped[str]


class Visit(RecordMixin, Base):
    """A visit to the cooperative."""

    __tablename__ = "la_visit"

    on: Mapped[date]
    place: Mapped[str]
    agenda: Mapped[str] = mapped_column(default="")
    held: Mapped[bool] = mapped_column(default=False)


class Finding(Worded, RecordMixin, Base):
    """What the auditors found: a nonconformity, an observation or a good practice.

    ``consent`` is the cooperative's answer to publishing a good practice: empty, no, or yes with
    its name (``named``) or without (``unnamed``). ``folded`` (searched) follows the texts.
    """

    __tablename__ = "la_finding"

    kind: Mapped[str] = mapped_column(sa.String(16))
    criterion: Mapped[str] = mapped_column(sa.String(40), default="")
    text_fr: Mapped[str] = mapped_column(default="")
    text_nl: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    consent: Mapped[str] = mapped_column(sa.String(8), default="")
    folded: Mapped[str] = mapped_column(default="", server_default=sa.text("''"))

    @validates("text_fr", "text_nl", "text_en")
    def _fold(self, name: str, text: str) -> str:
        texts = {each: getattr(self, each) or "" for each in TEXTS} | {name: text}
        self.folded = folded(" ".join(texts.values()))
        return text


class RecommendedAction(Worded, RecordMixin, Base):
    """A recommendation to the cooperative: who sees to it, by when, what they say, the re-check.

    ``owner`` is the name of its lead from the draft report on, until it names somebody else.
    ``progress`` is open, under_way or done, as the cooperative says; ``outcome`` is what somebody
    else found when they looked again: empty, closed or reopened. Somebody else is neither who
    recommended it (``made_by_id``) nor who replied.
    """

    __tablename__ = "la_recommendation"

    criterion: Mapped[str] = mapped_column(sa.String(40), default="")
    text_fr: Mapped[str] = mapped_column(default="")
    text_nl: Mapped[str] = mapped_column(default="")
    text_en: Mapped[str] = mapped_column(default="")
    priority: Mapped[str] = mapped_column(sa.String(8))
    due_on: Mapped[date]
    owner: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    progress: Mapped[str] = mapped_column(sa.String(12), default="open")
    made_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    replied_by_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("user_account.id"))
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    checked_on: Mapped[date | None]
    check_note: Mapped[str] = mapped_column(default="")


class AuditReport(RecordMixin, Base):
    """The report of the audit in the cooperative's language; one a case.

    Good practices and recommendations are in it for every cooperative: where there are none, the
    auditors say so.
    """

    __tablename__ = "la_report"

    context: Mapped[str]
    conclusion: Mapped[str]
    no_good_practices: Mapped[bool] = mapped_column(default=False)
    no_recommendations: Mapped[bool] = mapped_column(default=False)


class Reply(RecordMixin, Base):
    """What the cooperative says to the draft report; it is attached to the report; one a case."""

    __tablename__ = "la_reply"

    text: Mapped[str]
