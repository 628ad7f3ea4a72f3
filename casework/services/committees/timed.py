"""What is due around meetings, mandates and reports, with every sweep; see :mod:`.due`.

Papers whose deadline is over go out, and people are reminded: each committee in a transaction of
its own. May run twice, late, or be killed: a deadline that was met is closed, a reminder that
went out is marked.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
import structlog

from casework.db import unit_of_work
from casework.extensions import db
from casework.models import Committee, Deadline, MeetingItem, Reminder
from casework.policy import SYSTEM
from casework.services import outbox
from casework.services.committees import agenda, keeping, telling
from casework.services.committees.common import lock_committee
from casework.services.committees.due import MANDATE, PAPERS
from casework.services.deadlines.reminders import due_deadlines

log = structlog.get_logger(__name__)


def tell_due(now: datetime) -> int:
    """Send the papers that are due, and tell what is to be told; return how many papers were sent.

    Owns its transactions.
    """
    meetings, committees = papers_due(now), _committees(now)
    db.session.rollback()  # the end of reading
    sent = sum(_alone("papers", meeting_id, _send_papers) for meeting_id in meetings)
    for committee_id in committees:
        _alone("reminders", committee_id, lambda each: remind(each, now))
    with unit_of_work(db.session):
        _end_mandates(now)
        keeping.follow(now)
    return sent


def papers_due(now: datetime) -> list[UUID]:
    """Return the planned meetings with an agenda whose papers are to be out by now."""
    filled = sa.exists().where(
        MeetingItem.meeting_id == Deadline.subject_id, MeetingItem.state == "planned"
    )
    query = sa.select(Deadline.subject_id).where(
        Deadline.rule == PAPERS,
        Deadline.committee_id.is_not(None),
        Deadline.state == "open",
        Deadline.due_at <= now,
        filled,
    )
    return list(db.session.scalars(query.order_by(Deadline.due_at, Deadline.id)))


def remind(committee_id: UUID, now: datetime) -> int:
    """Tell a committee's people what their due reminders say, and mark those; return how many.

    Of several of one deadline everybody gets the latest. Does not commit; the number of statements
    does not depend on how many there are.
    """
    committee = lock_committee(committee_id)
    rows = db.session.execute(
        sa.select(Reminder, Deadline)
        .join(Deadline, Deadline.id == Reminder.deadline_id)
        .where(Deadline.committee_id == committee_id, *_asks(now))
        .where(Reminder.state == "pending", Reminder.at <= now)
        .order_by(Reminder.at, Reminder.id)
        .execution_options(populate_existing=True)
    ).all()
    latest = {(row.Deadline.id, row.Reminder.audience): row for row in rows}
    due = [(row.Reminder, row.Deadline) for row in latest.values()]
    outbox.queue_many(telling.of_deadlines(committee, due, now), now)
    for row in rows:
        told = latest[row.Deadline.id, row.Reminder.audience] is row
        row.Reminder.state, row.Reminder.done_at = "done" if told else "superseded", now
    return len(due)


def _send_papers(meeting_id: UUID) -> int:
    return int(agenda.send_papers(SYSTEM, meeting_id))


def _alone(what: str, subject: UUID, act: Callable[[UUID], int]) -> int:
    """Do something in a transaction of its own: what stands against one holds up no other."""
    try:
        with unit_of_work(db.session):
            return act(subject)
    except sa.exc.OperationalError:
        raise
    except Exception:
        log.exception("committee.sweep_failed", what=what, subject=str(subject))
        return 0


def _committees(now: datetime) -> list[UUID]:
    """Return the active committees of which a reminder is due."""
    return list(db.session.scalars(due_committees(now)))


def due_committees(now: datetime) -> sa.Select[UUID]:
    """Return the query for these committees; it begins with the reminders that are due."""
    return (
        sa.select(Committee.id)
        .join(Deadline, Deadline.committee_id == Committee.id)
        .where(Committee.active.is_(True), *_asks(now))
        .distinct()
        .order_by(Committee.id)
    )


def _asks(now: datetime) -> tuple[sa.ColumnElement[bool], ...]:
    """Return the conditions under which a reminder of a deadline is due."""
    return Deadline.state == "open", Deadline.id.in_(due_deadlines(now))


def _end_mandates(now: datetime) -> None:
    """Close the deadlines of mandates that are over: nothing is asked of anybody any more."""
    db.session.execute(
        sa.update(Deadline)
        .where(Deadline.rule == MANDATE, Deadline.state == "open", Deadline.due_at <= now)
        .values(state="met", closed_at=now)
        .execution_options(synchronize_session=False)
    )
