"""The figures that say whether everything runs, in four queries that do not grow with the cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from casework.extensions import db
from casework.models import PENDING, BackgroundWork, Deadline, Heartbeat, Message, Reminder

UNSENT = ("pending", "sending")


@dataclass(frozen=True)
class Beat:
    """When something last ran to its end, and for how many seconds."""

    at: datetime
    seconds: float | None


@dataclass(frozen=True)
class Waiting:
    """How many rows stand in a state, and since when the oldest of them does."""

    number: int = 0
    oldest: datetime | None = None


@dataclass(frozen=True)
class Figures:
    """What the database says of the work to be done."""

    beats: dict[str, Beat]
    oldest_reminder: datetime | None
    messages: dict[str, Waiting]
    works: dict[str, Waiting]

    @property
    def unsent(self) -> Waiting:
        """The mails that are to leave and have not left."""
        found = [self.messages[state] for state in UNSENT if state in self.messages]
        moments = [each.oldest for each in found if each.oldest is not None]
        return Waiting(sum(each.number for each in found), min(moments, default=None))


def figures(now: datetime) -> Figures:
    """Return all figures at a moment."""
    return Figures(beats(), oldest_due_reminder(now), _messages(), _works())


def beats() -> dict[str, Beat]:
    """Return when each periodic thing last ran to its end."""
    rows = db.session.execute(sa.select(Heartbeat.name, Heartbeat.at, Heartbeat.seconds))
    return {name: Beat(at, seconds) for name, at, seconds in rows}


def oldest_due_reminder(now: datetime) -> datetime | None:
    """Return the moment of the reminder that has been due for longest, if any is due."""
    return db.session.scalar(
        sa.select(Reminder.at)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(Reminder.state == PENDING, Reminder.at <= now, Deadline.state == "open")
        .order_by(Reminder.at)
        .limit(1)
    )


def _messages() -> dict[str, Waiting]:
    rows = db.session.execute(
        sa.select(Message.mail_state, sa.func.count(), sa.func.min(Message.created_at))
        .where(Message.mail_state.in_([*UNSENT, "failed"]))
        .group_by(Message.mail_state)
    )
    return {state: Waiting(number, oldest) for state, number, oldest in rows}


def _works() -> dict[str, Waiting]:
    rows = db.session.execute(
        sa.select(BackgroundWork.state, sa.func.count(), sa.func.min(BackgroundWork.created_at))
        .where(BackgroundWork.state.in_(["waiting", "running", "failed"]))
        .group_by(BackgroundWork.state)
    )
    return {state: Waiting(number, oldest) for state, number, oldest in rows}
