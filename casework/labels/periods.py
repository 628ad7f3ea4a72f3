"""For how long a label holds: whole years, renewals without a gap, gaps that stay visible."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from casework.calendar import add_months

DAY = timedelta(days=1)
START_RULES = ("decision", "next_month")
"""From the day of the decision, or from the first day of the month after it."""


@dataclass(frozen=True)
class Period:
    """From a day to a day, both included. Raises ValueError when it ends before it begins."""

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("A period ends on or after the day it begins.")


@dataclass(frozen=True)
class Renewal:
    """The period that follows a decision; ``gap`` is the time without a label before it, if any.

    ``restored``: the decision came soon enough to speak of a label that was restored. The gap is
    shown all the same.
    """

    period: Period
    gap: Period | None = None
    restored: bool = False


def period(first: date, years: int) -> Period:
    """Return the period of so many years from its first day.

    The last day is the day before the same date; where that year has no such date (29 February)
    it is the last day of the month. Raises ValueError for less than one year.
    """
    if years < 1:
        raise ValueError("A label holds for one year at least.")
    same = add_months(first, 12 * years)
    return Period(first, same if same.day != first.day else same - DAY)


def first_day(decided_on: date, start_rule: str = "decision") -> date:
    """Return the day from which a label holds that nothing went before. Raises ValueError."""
    if start_rule not in START_RULES:
        raise ValueError(f"There is no start rule {start_rule}.")
    if start_rule == "decision":
        return decided_on
    return add_months(decided_on.replace(day=1), 1)


def renewal(
    previous: Period,
    decided_on: date,
    years: int,
    *,
    start_rule: str = "decision",
    restore_months: int = 0,
) -> Renewal:
    """Return the period that a renewal gives.

    Decided by the last day of the previous period: it starts the day after that day, so nothing is
    lost by deciding early. Decided later: it starts by the rule of first periods, and the days in
    between are a gap. ``restore_months`` after the last day the label may still be called restored.
    """
    follows = previous.last + DAY
    if decided_on <= previous.last:
        return Renewal(period(follows, years))
    starts = first_day(decided_on, start_rule)
    if starts == follows:
        return Renewal(period(starts, years))
    restored = decided_on <= add_months(previous.last, restore_months)
    return Renewal(period(starts, years), Period(follows, starts - DAY), restored)
