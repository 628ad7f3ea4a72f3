"""When a reminder goes out, told from the deadline it belongs to."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal, Self, cast, get_args

from casework.calendar.lengths import add_months
from casework.calendar.working_days import WorkingCalendar, as_utc

OffsetUnit = Literal["wd", "d", "h", "m", "%"]

CIVIL_HOUR = time(8)
"""When reminders that are told in days go out, unless the house says otherwise."""

_FARTHEST: dict[OffsetUnit, int] = {"wd": 2_600, "d": 3_650, "h": 87_600, "m": 120, "%": 1_000}
_WRITTEN = re.compile(r"(?P<amount>[+-]?\d{1,6}) ?(?P<unit>wd|d|h|m|%)", re.ASCII)
_MINUS_SIGN = "\u2212"


@dataclass(frozen=True)
class Offset:
    """The distance of a reminder from its deadline.

    Args:
        amount: negative before the deadline's end, positive after it; for percent, the part of
            the length that has run.
        unit: "wd" working days, "d" days, "h" hours, "m" months, "%" of the length.

    Raises:
        ValueError: the unit is unknown, a percentage is negative, or the amount is over ten
            years or ten times the length.
    """

    amount: int
    unit: OffsetUnit

    def __post_init__(self) -> None:
        if self.unit not in get_args(OffsetUnit):
            raise ValueError(f"Unknown unit of a reminder's offset: {self.unit!r}.")
        farthest = _FARTHEST[self.unit]
        nearest = 0 if self.unit == "%" else -farthest
        if not nearest <= self.amount <= farthest:
            raise ValueError(
                f"An offset in {self.unit} lies between {nearest} and {farthest}, "
                f"not {self.amount}."
            )

    def __str__(self) -> str:
        signed = self.amount != 0 and self.unit != "%"
        return f"{self.amount:+d} {self.unit}" if signed else f"{self.amount} {self.unit}"

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read an offset as ``str()`` writes it: "-3 wd", "+1 wd", "0 d", "-6 m", "50 %".

        Raises:
            ValueError: the text is not an offset.
        """
        match = _WRITTEN.fullmatch(text.strip().replace(_MINUS_SIGN, "-"))
        if match is None:
            raise ValueError(
                f'{text!r} is not an offset; write for instance "-3 wd", "+7 d" or "50 %".'
            )
        return cls(int(match["amount"]), cast("OffsetUnit", match["unit"]))


def when(
    offset: Offset,
    start: datetime,
    due_at: datetime,
    cal: WorkingCalendar,
    *,
    stopped: timedelta = timedelta(0),
    hour: time = CIVIL_HOUR,
) -> datetime:
    """Return, in UTC, when the reminder with this offset goes out.

    Hours count from the deadline's exact end; days, working days and months from its civil
    date, and the reminder goes out at ``hour``. Percent count the time during which the clock
    ran, and 100 % is the exact end.

    Args:
        offset: the reminder's distance.
        start: when the deadline began for the first time.
        due_at: when it ends, stops included.
        cal: the house's calendar.
        stopped: for how long its clock has stood still altogether; all of it is taken to lie
            before the reminder, which holds for every reminder that is still to come.
        hour: the wall-clock time of the house for reminders told in civil days.

    Raises:
        ValueError: a moment has no time zone, or ``stopped`` is negative.
    """
    if stopped < timedelta(0):
        raise ValueError("A clock cannot have stood still for less than no time.")
    start, due_at = as_utc(start), as_utc(due_at)
    if offset.unit == "%":
        running = max(timedelta(0), due_at - start - stopped)
        return due_at - running + running * offset.amount / 100
    if offset.unit == "h":
        return due_at + timedelta(hours=offset.amount)
    return cal.at(_civil_day(offset, cal.local_date(due_at), cal), hour)


def _civil_day(offset: Offset, end: date, cal: WorkingCalendar) -> date:
    if offset.unit == "wd":
        return cal.add_working_days(end, offset.amount)
    if offset.unit == "m":
        return add_months(end, offset.amount)
    return end + timedelta(days=offset.amount)
