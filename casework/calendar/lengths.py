"""How long a deadline is, and when it ends."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Self

from casework.calendar.working_days import WorkingCalendar, as_utc


class Unit(StrEnum):
    """What a length is counted in; the value is how it is written."""

    HOURS = "h"
    WORKING_DAYS = "wd"
    DAYS = "d"
    MONTHS = "m"
    SECONDS = "s"
    """What is left of a stopped deadline in hours; a rulebook has no use for it."""


_HOUR_UNITS = {Unit.HOURS: timedelta(hours=1), Unit.SECONDS: timedelta(seconds=1)}
_ROLLING_UNITS = (Unit.DAYS, Unit.MONTHS)
_LONGEST = {
    Unit.SECONDS: 3_153_600_000,
    Unit.HOURS: 876_000,
    Unit.WORKING_DAYS: 26_000,
    Unit.DAYS: 36_500,
    Unit.MONTHS: 1_200,
}
_WRITTEN = re.compile(r"(?P<amount>\d{1,10}) ?(?P<unit>h|wd|d|m|s)(?P<roll> then wd)?", re.ASCII)


@dataclass(frozen=True)
class Length:
    """The length of a deadline.

    Args:
        amount: how many units, 0 or more and about a hundred years at most.
        unit: what is counted.
        then_next_working_day: where the last day is not a working day, the next one counts;
            for days and months only.

    Raises:
        ValueError: the amount is negative or too large, or the unit cannot roll on.
    """

    amount: int
    unit: Unit
    then_next_working_day: bool = False

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= _LONGEST[self.unit]:
            raise ValueError(
                f"A length lies between 0 and {_LONGEST[self.unit]} {self.unit}, not {self.amount}."
            )
        if self.then_next_working_day and self.unit not in _ROLLING_UNITS:
            raise ValueError("Only days and months can roll on to the next working day.")

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}{' then wd' if self.then_next_working_day else ''}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read a length as ``str()`` writes it: "48 h", "10 wd", "6 m", "7 d then wd".

        Raises:
            ValueError: the text is not a length.
        """
        match = _WRITTEN.fullmatch(text.strip())
        if match is None:
            raise ValueError(
                f'{text!r} is not a length; write for instance "10 wd", "7 d then wd" or "48 h".'
            )
        return cls(int(match["amount"]), Unit(match["unit"]), match["roll"] is not None)


def add_months(day: date, months: int) -> date:
    """Move ``day`` by months (negative: back), to the last day of a month that is too short.

    Raises:
        OverflowError: the result lies outside the years 1 to 9999.
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("The date lies outside the years 1 to 9999.")
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def due(start: datetime, length: Length, cal: WorkingCalendar) -> datetime:
    """Return, in UTC, when a deadline ends that begins at ``start``.

    Hours are real hours, through nights, weekends and clock changes. Every other unit counts
    civil days of the house, the day of ``start`` being day 0, and ends with the last one.

    Raises:
        ValueError: the start has no time zone.
    """
    return _due(start, length, 1, cal)


def next_occurrence(
    start: datetime, every: Length, after: datetime, cal: WorkingCalendar
) -> datetime:
    """Return the first end of ``every``, twice ``every``, … from ``start`` later than ``after``.

    Each occurrence is counted from ``start`` itself, so that a month's 31st comes back after
    February, and a delay is not passed on. The start is no occurrence.

    Raises:
        ValueError: ``every`` is nothing long, or a moment has no time zone.
    """
    if every.amount == 0:
        raise ValueError("Something that recurs needs a length of at least 1.")
    after = as_utc(after)
    high = 1
    while _due(start, every, high, cal) <= after:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        if _due(start, every, middle, cal) <= after:
            low = middle
        else:
            high = middle
    return _due(start, every, high, cal)


def last_day(start: date, length: Length, cal: WorkingCalendar, times: int = 1) -> date:
    """Return the last civil day of ``times`` a length from ``start``, before it rolls on.

    Raises:
        ValueError: the length counts hours or seconds.
    """
    amount = length.amount * times
    match length.unit:
        case Unit.WORKING_DAYS:
            return cal.add_working_days(start, amount)
        case Unit.DAYS:
            return start + timedelta(days=amount)
        case Unit.MONTHS:
            return add_months(start, amount)
        case _:
            raise ValueError(f"{length} is not counted in civil days.")


def _due(start: datetime, length: Length, times: int, cal: WorkingCalendar) -> datetime:
    if length.unit in _HOUR_UNITS:
        return as_utc(start) + _HOUR_UNITS[length.unit] * (length.amount * times)
    day = last_day(cal.local_date(start), length, cal, times)
    return cal.end_of_day(cal.next_working_day(day) if length.then_next_working_day else day)
