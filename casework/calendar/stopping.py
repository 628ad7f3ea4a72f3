"""Clocks that stop while somebody else is waited for.

What is left is kept in the deadline's own unit. The day of stopping is not used up, and the day
of resuming is day 0: whoever has to act gets whole days only. A stop that is over on the day it
began changes nothing, or a question answered within the hour would win a day.

Three choices that the rule leaves open:

- Part of a month has no length of its own, so of a deadline in months the days are kept.
- Hours have no days: the time left is kept to the second (rounded up), and a stop of two hours
  moves the end by two hours, on the same day too.
- A stop after the end gives nothing back: nothing is left, and the end stays where it was.
"""

from datetime import date, datetime, timedelta

from casework.calendar.lengths import Length, Unit, due, last_day
from casework.calendar.working_days import WorkingCalendar, as_utc

_HOUR_UNITS = (Unit.HOURS, Unit.SECONDS)
_ONE_DAY = timedelta(days=1)


def remaining(
    start: datetime,
    due_at: datetime,
    stopped_at: datetime,
    rule: Length | Unit,
    cal: WorkingCalendar,
) -> Length:
    """Return what is left of a deadline whose clock stops at ``stopped_at``.

    Args:
        start: when the clock last began to run: the deadline's beginning or, after an earlier
            stop, what ``run_start`` gave.
        due_at: when the deadline would have ended.
        stopped_at: when its clock stops, not before ``start``.
        rule: the length it was running with (after an earlier stop, what was left then), or
            its unit alone where the end came from elsewhere, such as a date field.
        cal: the house's calendar.

    Returns:
        Seconds for hours, days for days and months, working days for working days; 0 of them
        where the deadline has already ended.

    Raises:
        ValueError: the clock stops before it started, or a moment has no time zone.
    """
    start, due_at, stopped_at = as_utc(start), as_utc(due_at), as_utc(stopped_at)
    if stopped_at < start:
        raise ValueError("A clock cannot stop before it has started.")
    unit = rule.unit if isinstance(rule, Length) else rule
    rolls = isinstance(rule, Length) and rule.then_next_working_day
    if unit in _HOUR_UNITS:
        return Length(max(0, -((stopped_at - due_at) // timedelta(seconds=1))), Unit.SECONDS)
    kept_unit = Unit.DAYS if unit is Unit.MONTHS else unit
    if stopped_at > due_at:
        return Length(0, kept_unit, rolls)
    used_until = max(cal.local_date(start), cal.local_date(stopped_at) - _ONE_DAY)
    end = _end_before_rolling(start, due_at, rule, cal)
    if unit is Unit.WORKING_DAYS:
        return Length(cal.working_days_between(used_until, end), kept_unit)
    return Length(max(0, (end - used_until).days), kept_unit, rolls)


def resume(
    resumed_at: datetime,
    left: Length,
    cal: WorkingCalendar,
    *,
    stopped_at: datetime,
    due_at: datetime,
) -> datetime:
    """Return, in UTC, the new end of a deadline whose clock runs again from ``resumed_at``.

    Args:
        resumed_at: when the clock runs again, not before ``stopped_at``.
        left: what ``remaining`` gave when it stopped.
        cal: the house's calendar.
        stopped_at: when the clock stopped.
        due_at: when the deadline would have ended without the stop; the new end keeps its
            time of day.

    Raises:
        ValueError: the clock resumes before it stopped, or a moment has no time zone.
    """
    resumed_at, stopped_at, due_at = as_utc(resumed_at), as_utc(stopped_at), as_utc(due_at)
    if resumed_at < stopped_at:
        raise ValueError("A clock cannot resume before it has stopped.")
    if stopped_at > due_at or _is_no_stop(stopped_at, resumed_at, left.unit, cal):
        return due_at
    if left.unit in _HOUR_UNITS:
        return due(resumed_at, left, cal)
    day = last_day(cal.local_date(resumed_at), left, cal)
    if left.then_next_working_day:
        day = cal.next_working_day(day)
    return cal.at(day, cal.local_time(due_at))


def run_start(
    start: datetime, stopped_at: datetime, resumed_at: datetime, unit: Unit, cal: WorkingCalendar
) -> datetime:
    """Return the ``start`` to give to ``remaining`` when this clock stops the next time.

    That is the moment of resuming, or still the old start after a stop that changed nothing;
    the length it runs with stays the old one then, too.

    Raises:
        ValueError: a moment has no time zone.
    """
    no_stop = _is_no_stop(as_utc(stopped_at), as_utc(resumed_at), unit, cal)
    return as_utc(start if no_stop else resumed_at)


def _is_no_stop(
    stopped_at: datetime, resumed_at: datetime, unit: Unit, cal: WorkingCalendar
) -> bool:
    if unit in _HOUR_UNITS:
        return stopped_at == resumed_at
    return cal.local_date(stopped_at) == cal.local_date(resumed_at)


def _end_before_rolling(
    start: datetime, due_at: datetime, rule: Length | Unit, cal: WorkingCalendar
) -> date:
    """Return the deadline's last day, without the days won by rolling on to a working day.

    Where the end is not the one that the rule gives, somebody has moved it, and it is taken as
    it stands.
    """
    if isinstance(rule, Length) and rule.then_next_working_day and due(start, rule, cal) == due_at:
        return last_day(cal.local_date(start), rule, cal)
    return cal.local_date(due_at)
