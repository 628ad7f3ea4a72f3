"""The reminders of one deadline: planned when it opens, recomputed when its end moves.

What happens to a reminder whose moment lies in the past when its deadline is opened: it is
superseded, for it would say something stale. Two kinds are kept, the latest of each for each
audience, and go out with the next sweep: one that says that the end has passed (which is still
true, and nobody else says it), and the warning of a move that takes a right away (which nobody
may lose unwarned).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from casework.calendar import Offset, WorkingCalendar, when
from casework.db import new_id
from casework.extensions import db
from casework.models import Deadline, Reminder
from casework.workflows.declaration import DeadlineRule, ReminderRule


def due_deadlines(now: datetime) -> sa.Select[UUID]:
    """Return the query for the deadlines of which a reminder is due, in whatever state they are.

    To be asked with ``Deadline.id.in_()``: a join is begun by SQLite with all open deadlines of
    the house.
    """
    return sa.select(Reminder.deadline_id).where(Reminder.state == "pending", Reminder.at <= now)


def moment_of(deadline: Deadline, offset: Offset, cal: WorkingCalendar) -> datetime:
    """Return when the reminder with this offset goes out."""
    stopped = timedelta(seconds=deadline.stopped_seconds)
    # an end that somebody moved to before the stops leaves no running time to take parts of
    room = max(timedelta(0), deadline.due_at - deadline.opened_at)
    return when(offset, deadline.opened_at, deadline.due_at, cal, stopped=min(stopped, room))


def plan(
    deadline: Deadline, rule: DeadlineRule, now: datetime, cal: WorkingCalendar
) -> list[Reminder]:
    """Add the reminders of a deadline that has just been opened, and return them."""
    planned = _made(deadline, rule, rule.reminders, now, cal)
    db.session.add_all(planned)
    return planned


def of(deadlines: Iterable[Deadline]) -> dict[UUID, list[Reminder]]:
    """Return all reminders of the deadlines, by deadline (one query)."""
    ids = [d.id for d in deadlines]
    found: dict[UUID, list[Reminder]] = {i: [] for i in ids}
    if ids:
        for reminder in db.session.scalars(_of_query(), {"ids": ids}):
            found[reminder.deadline_id].append(reminder)
    return found


@cache
def _of_query() -> Any:
    wanted = Reminder.deadline_id.in_(sa.bindparam("ids", expanding=True))
    return sa.select(Reminder).where(wanted).order_by(Reminder.at)


def cancel(reminders: Iterable[Reminder]) -> None:
    """Cancel what is still to go out: the deadline is closed, or its clock has stopped."""
    for reminder in reminders:
        if reminder.state == "pending":
            reminder.state = "cancelled"


def recompute(
    deadline: Deadline, reminders: Iterable[Reminder], now: datetime, cal: WorkingCalendar
) -> None:
    """Give the reminders of an open deadline their moments anew.

    What has gone out stays done. What was superseded comes back when its new moment is still
    ahead; what was pending (or cancelled by a stopped clock) is pending, even if it is late.
    """
    for reminder in reminders:
        if reminder.state == "done":
            continue
        at = moment_of(deadline, Offset.parse(reminder.rule), cal)
        if reminder.state != "superseded" or at > now:
            reminder.state, reminder.done_at = "pending", None
            reminder.at = at


@dataclass(frozen=True)
class Exchange:
    """What a changed rule means for the reminders of one deadline."""

    kept: list[Reminder]
    dropped: list[Reminder]
    added: list[Reminder]


def exchange(
    deadline: Deadline,
    own: Iterable[Reminder],
    rule: DeadlineRule,
    now: datetime,
    cal: WorkingCalendar,
) -> Exchange:
    """Give a running deadline the reminders that its rule promises now.

    What has gone out stays; what no longer belongs is dropped; what is new is planned as at
    opening. The caller adds and deletes the rows.
    """
    wanted = {(r.key, r.to.value): r for r in rule.reminders}
    result = Exchange([], [], [])
    for reminder in own:
        new = wanted.pop((reminder.rule, reminder.audience), None)
        if new is None and reminder.state != "done":
            result.dropped.append(reminder)
        elif new is not None:
            reminder.escalates = new.escalates
            result.kept.append(reminder)
    if deadline.state == "open":
        recompute(deadline, result.kept, now, cal)
    result.added.extend(_made(deadline, rule, list(wanted.values()), now, cal))
    if deadline.state == "stopped":
        cancel(result.added)
    return result


def is_warning(deadline: Deadline, at: datetime) -> bool:
    """Say whether a reminder at this moment goes out before the deadline has ended."""
    return at <= deadline.due_at


def _made(
    deadline: Deadline,
    rule: DeadlineRule,
    promised: Iterable[ReminderRule],
    now: datetime,
    cal: WorkingCalendar,
) -> list[Reminder]:
    moments = [(moment_of(deadline, r.offset, cal), r) for r in promised]
    kept = set(_still_needed(deadline, rule, moments, now))
    return [
        Reminder(
            id=new_id(),
            deadline_id=deadline.id,
            rule=promise.key,
            audience=promise.to.value,
            escalates=promise.escalates,
            at=at,
            state="pending" if at >= now or promise in kept else "superseded",
        )
        for at, promise in moments
    ]


def _still_needed(
    deadline: Deadline,
    rule: DeadlineRule,
    moments: Sequence[tuple[datetime, ReminderRule]],
    now: datetime,
) -> list[ReminderRule]:
    """Return the reminders that go out although their moment has passed."""
    latest: dict[tuple[str, bool], tuple[datetime, ReminderRule]] = {}
    ahead = set()
    for at, promise in moments:
        place = (promise.to.value, is_warning(deadline, at))
        if at >= now:
            ahead.add(place)
        elif place not in latest or latest[place][0] <= at:
            latest[place] = (at, promise)
    must_warn = rule.fires is not None and rule.notice_days > 0
    return [
        promise
        for place, (_, promise) in latest.items()
        if not place[1] or (must_warn and place not in ahead)
    ]
