"""One deadline's life: opened, stopped, resumed, moved, closed. No question of which and why."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID

from casework import calendar
from casework.calendar import Length, Unit, WorkingCalendar
from casework.db import new_id
from casework.extensions import db
from casework.models import Case, Deadline, Reminder
from casework.services.deadlines import reminders
from casework.workflows.declaration import DeadlineRule

RUNNING = ("open", "stopped")


def open_one(
    case: Case,
    rule: DeadlineRule,
    now: datetime,
    cal: WorkingCalendar,
    *,
    due: datetime | date | None = None,
    subject_kind: str = "case",
    subject_id: UUID | None = None,
    label: str = "",
    occurrence: int = 1,
    anchor: datetime | None = None,
) -> Deadline:
    """Open a deadline that ends at ``due`` (a date: with that day), or after the rule's length.

    Its clock stands at once where the case stands in a state that stops it. ``anchor`` is what a
    recurring deadline counts from: the beginning of its first occurrence.

    Raises:
        ValueError: the rule has no length, and no end was given.
    """
    deadline, planned = open_row(
        rule,
        now,
        cal,
        due=due,
        case_id=case.id,
        subject_kind=subject_kind,
        subject_id=subject_id or case.id,
        label=label,
        occurrence=occurrence,
        anchor=anchor,
    )
    if stands_in(rule, case.state):
        stop(deadline, planned, now, cal)
    return deadline


def open_row(
    rule: DeadlineRule,
    now: datetime,
    cal: WorkingCalendar,
    *,
    due: datetime | date | None,
    subject_kind: str,
    subject_id: UUID,
    case_id: UUID | None = None,
    committee_id: UUID | None = None,
    label: str = "",
    occurrence: int = 1,
    anchor: datetime | None = None,
) -> tuple[Deadline, list[Reminder]]:
    """Open a deadline of a case or of a committee, and plan its reminders; its clock runs.

    Raises ValueError as :func:`open_one`.
    """
    counted = due is None or anchor is not None
    if due is None:
        if rule.length is None:
            raise ValueError(f"the deadline {rule.key} has no length: it needs an end")
        due = calendar.due(now, rule.length, cal)
    length = str(rule.length) if counted and rule.length else None
    deadline = Deadline(
        id=new_id(),
        case_id=case_id,
        committee_id=committee_id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        rule=rule.key,
        occurrence=occurrence,
        label=label,
        length=length,
        anchor_at=anchor or now,
        opened_at=now,
        started_at=now,
        running=length if anchor is None else None,
        due_at=end_of(due, cal),
        state="open",
        stopped_seconds=0,
    )
    db.session.add(deadline)
    return deadline, reminders.plan(deadline, rule, now, cal)


def stands_in(rule: DeadlineRule, state: str) -> bool:
    """Say whether the clock of the rule's deadlines stands still in this state."""
    return state in rule.stops_in and state not in rule.states


def end_of(due: datetime | date, cal: WorkingCalendar) -> datetime:
    """Return a moment as it is, and the end of a civil day."""
    return due if isinstance(due, datetime) else cal.end_of_day(due)


def has_lapsed(rule: DeadlineRule, due: datetime, now: datetime) -> bool:
    """Say whether a right that ends then, by this rule, is over."""
    return rule.lapses and due <= now


def stop(deadline: Deadline, own: Iterable[Reminder], now: datetime, cal: WorkingCalendar) -> None:
    """Stop the clock: what is left is kept in the deadline's own unit, reminders are called off."""
    moment = max(now, deadline.started_at)
    deadline.state, deadline.stopped_at = "stopped", moment
    keep_rest(deadline, cal)
    reminders.cancel(own)


def resume(
    deadline: Deadline, own: Iterable[Reminder], now: datetime, cal: WorkingCalendar
) -> None:
    """Let the clock run again with what was left, and give the reminders their new moments.

    A recurring deadline is put off as a whole: its next occurrence counts from as much later.
    """
    if deadline.stopped_at is None or deadline.remaining is None:
        raise ValueError(f"the clock of deadline {deadline.id} is not stopped")
    stopped_at, left = deadline.stopped_at, Length.parse(deadline.remaining)
    moment = max(now, stopped_at)
    due = calendar.resume(moment, left, cal, stopped_at=stopped_at, due_at=deadline.due_at)
    start = calendar.run_start(deadline.started_at, stopped_at, moment, left.unit, cal)
    if start != deadline.started_at:
        deadline.running = deadline.remaining
        deadline.stopped_seconds += int((moment - stopped_at).total_seconds())
        deadline.anchor_at += due - deadline.due_at
    deadline.started_at, deadline.due_at = start, due
    deadline.state, deadline.stopped_at, deadline.remaining = "open", None, None
    reminders.recompute(deadline, own, moment, cal)


def move(
    deadline: Deadline, own: Iterable[Reminder], due: datetime, now: datetime, cal: WorkingCalendar
) -> None:
    """Give a running deadline another end; while its clock stands, also another rest."""
    deadline.due_at = due
    keep_rest(deadline, cal)
    if deadline.state == "open":
        reminders.recompute(deadline, own, now, cal)


def close(
    deadline: Deadline, own: Iterable[Reminder], now: datetime, *, cancelled: bool = False
) -> None:
    """Close a running deadline: met in time, missed, or cancelled."""
    moment = deadline.stopped_at or now
    in_time = moment <= deadline.due_at
    deadline.state = "cancelled" if cancelled else "met" if in_time else "missed"
    deadline.closed_at, deadline.stopped_at = now, None
    reminders.cancel(own)


def keep_rest(deadline: Deadline, cal: WorkingCalendar) -> None:
    """Write down what is left of a deadline whose clock stands; nothing while it runs."""
    if deadline.stopped_at is not None:
        left = calendar.remaining(
            deadline.started_at,
            deadline.due_at,
            deadline.stopped_at,
            _runs_with(deadline),
            cal,
        )
        deadline.remaining = str(left)


def _runs_with(deadline: Deadline) -> Length | Unit:
    if deadline.running:
        return Length.parse(deadline.running)
    return Length.parse(deadline.length).unit if deadline.length else Unit.DAYS
