"""A running deadline under another length: where it ends then, stops included."""

from __future__ import annotations

from datetime import timedelta

from casework import calendar
from casework.calendar import Length, Unit, WorkingCalendar
from casework.models import Deadline
from casework.services.deadlines import clocks
from casework.workflows.declaration import DeadlineRule

_PER_UNIT = {Unit.WORKING_DAYS: (1, Unit.WORKING_DAYS), Unit.DAYS: (1, Unit.DAYS)}
_PER_UNIT[Unit.HOURS] = (3600, Unit.SECONDS)
_DAY = 86_400


def retime(deadline: Deadline, rule: DeadlineRule, cal: WorkingCalendar) -> None:
    """Give a running deadline the length that its rule has now.

    What was already used of it stays used. An end that somebody chose by hand, or that is a
    date of its own, stays. After a stop, another unit counts the stops as whole days.
    """
    if rule.length is None or deadline.length is None or deadline.moved_at is not None:
        return
    old, new = Length.parse(deadline.length), rule.length
    if deadline.anchor_at != deadline.opened_at and deadline.occurrence > 1:
        _retime_recurring(deadline, old, new, cal)
    elif deadline.stopped_seconds == 0:
        deadline.running = str(new)
        deadline.due_at = calendar.due(deadline.opened_at, new, cal)
    else:
        _retime_after_stops(deadline, old, new, cal)
    deadline.length = str(new)
    clocks.keep_rest(deadline, cal)


def _retime_recurring(deadline: Deadline, old: Length, new: Length, cal: WorkingCalendar) -> None:
    if old != new:
        after = deadline.opened_at
        deadline.due_at = calendar.next_occurrence(deadline.anchor_at, new, after, cal)


def _retime_after_stops(deadline: Deadline, old: Length, new: Length, cal: WorkingCalendar) -> None:
    factor, unit = _PER_UNIT.get(new.unit, (0, None))
    ran = Length.parse(deadline.running) if deadline.running else None
    if unit is not None and ran is not None and old.unit is new.unit and ran.unit is unit:
        left = max(0, ran.amount + factor * (new.amount - old.amount))
        run = Length(left, unit, new.then_next_working_day)
        deadline.running = str(run)
        deadline.due_at = calendar.due(deadline.started_at, run, cal)
        return
    due = calendar.due(deadline.opened_at, new, cal)
    deadline.running = None
    if new.unit is Unit.HOURS:
        deadline.due_at = due + timedelta(seconds=deadline.stopped_seconds)
    else:
        days = timedelta(days=round(deadline.stopped_seconds / _DAY))
        deadline.due_at = cal.end_of_day(cal.local_date(due) + days)
