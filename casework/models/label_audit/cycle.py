"""One cycle of the label, the label that it earned, and what became of it."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from casework.db import Base, Key
from casework.labels.standing import standing
from casework.models.record import RecordMixin


class Cycle(RecordMixin, Base):
    """What a case pins and what was agreed on its way; one a case.

    ``version_id`` is the version of the referential, chosen when the self-assessment is opened and
    never changed after. ``previous_case_id`` is the cycle that it renews. ``handed_in_on`` is the
    day on which the cooperative had finished its self-assessment; ``team_answer`` is empty,
    accepted or contested; ``decided_on`` is the day of the last decision and of its letter.
    """

    __tablename__ = "la_cycle"

    version_id: Mapped[UUID] = mapped_column(sa.ForeignKey("referential_version.id"))
    previous_case_id: Mapped[UUID | None] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    engaged_on: Mapped[date]
    handed_in_on: Mapped[date | None]
    team_proposed_on: Mapped[date | None]
    team_answer: Mapped[str] = mapped_column(sa.String(12), default="")
    audited_on: Mapped[date | None]
    decided_on: Mapped[date | None]
    next_audit_on: Mapped[date | None]


class Label(Base):
    """The right to the label: numbered, from a day to a day (both included).

    The register, the certificate and the right to the mark read this row and not the cycle that
    earned it (``case_id``). ``state`` is where acts and the sweep have left it: what is shown and
    what is allowed asks ``standing``, which is true by the calendar.
    """

    __tablename__ = "la_label"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    number: Mapped[str] = mapped_column(sa.String(30), unique=True)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    state: Mapped[str] = mapped_column(sa.String(12))
    restored: Mapped[bool] = mapped_column(default=False)
    ended_on: Mapped[date | None]
    created_at: Mapped[datetime]

    __table_args__ = (
        sa.CheckConstraint(
            "state IN ('pending','active','suspended','withdrawn','expired','replaced')",
            name="state",
        ),
        sa.CheckConstraint("ends_on >= starts_on", name="order"),
    )

    def standing(self, today: date, *, followed: bool = False) -> str:
        """Return the label's status on a day, see :func:`casework.labels.standing.standing`."""
        return standing(self.state, self.starts_on, self.ends_on, today, followed=followed)


class Snapshot(Base):
    """What a decision was taken on: version, parameters, results and what the rule computed.

    ``canonical`` is the exact text that ``hash`` was computed over. Never altered.
    """

    __tablename__ = "la_snapshot"

    id: Mapped[Key]
    case_id: Mapped[UUID] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    transition: Mapped[str] = mapped_column(sa.String(40))
    favourable: Mapped[bool | None]
    canonical: Mapped[str]
    hash: Mapped[str] = mapped_column(sa.String(64))
    taken_at: Mapped[datetime]


class Suspension(RecordMixin, Base):
    """A suspension of the label: its cause, since when, and when it was lifted."""

    __tablename__ = "la_suspension"

    cause: Mapped[str] = mapped_column(sa.String(20))
    reason: Mapped[str]
    since: Mapped[date]
    lifted_on: Mapped[date | None]


class Appeal(RecordMixin, Base):
    """An appeal against a decision: reasons, day, and its outcome (empty while it is open)."""

    __tablename__ = "la_appeal"

    filed_on: Mapped[date]
    reason: Mapped[str]
    outcome: Mapped[str] = mapped_column(sa.String(12), default="")
    decided_on: Mapped[date | None]
