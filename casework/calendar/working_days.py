"""Which days a house works, and how its civil days lie in universal time."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from casework.calendar.countries import COUNTRIES, holidays_of

_SATURDAY = 5
_ONE_DAY = timedelta(days=1)
_LAST_SECOND = time(23, 59, 59)


@dataclass(frozen=True)
class WorkingCalendar:
    """A house's calendar: Monday to Friday, less public holidays and its own closing days.

    Args:
        zone: the time zone in which the house's civil days begin and end.
        country: whose public holidays hold, one of ``COUNTRIES``.
        closing_days: further days on which this house does not work.

    Raises:
        ValueError: the country is not one of ``COUNTRIES``.
    """

    zone: ZoneInfo
    country: str
    closing_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if self.country not in COUNTRIES:
            raise ValueError(
                f"No calendar for the country {self.country!r}; there is {', '.join(COUNTRIES)}."
            )

    def is_working_day(self, day: date) -> bool:
        """Say whether the house works on ``day``."""
        return (
            day.weekday() < _SATURDAY
            and day not in self.closing_days
            and day not in _public_holidays(self.country, day.year)
        )

    def next_working_day(self, day: date) -> date:
        """Return ``day`` itself if the house works then, else the first working day after it."""
        while not self.is_working_day(day):
            day += _ONE_DAY
        return day

    def add_working_days(self, day: date, count: int) -> date:
        """Return the ``count``-th working day after ``day``, or before it if negative.

        ``day`` is day 0 and never counted, so from a weekend or a holiday the next working day
        is day 1. A count of 0 gives ``day``, or the next working day if ``day`` is not one.

        Raises:
            OverflowError: the result lies outside the years 1 to 9999.
        """
        if count == 0:
            return self.next_working_day(day)
        step = _ONE_DAY if count > 0 else -_ONE_DAY
        left = abs(count)
        while left:
            day += step
            if self.is_working_day(day):
                left -= 1
        return day

    def working_days_between(self, first: date, last: date) -> int:
        """Count the working days after ``first`` up to and including ``last``.

        With ``last`` before ``first`` the same days are counted, as a negative number. From a
        working day, ``add_working_days`` by this count gives ``last`` back if that is one too.
        """
        if last < first:
            return -self.working_days_between(last, first)
        days = ((first + timedelta(days=n)) for n in range(1, (last - first).days + 1))
        return sum(1 for day in days if self.is_working_day(day))

    def local_date(self, moment: datetime) -> date:
        """Return the civil date of the house at ``moment``.

        Raises:
            ValueError: the moment has no time zone.
        """
        return as_utc(moment).astimezone(self.zone).date()

    def local_time(self, moment: datetime) -> time:
        """Return the wall-clock time of the house at ``moment``, without its zone.

        Raises:
            ValueError: the moment has no time zone.
        """
        return as_utc(moment).astimezone(self.zone).time()

    def at(self, day: date, wall_time: time) -> datetime:
        """Return, in UTC, the moment when the house's clocks show ``wall_time`` on ``day``.

        A time that the clocks skip in spring is as much after the change as it is after the
        last moment before it (02:30 becomes 03:30); of a time shown twice in autumn the first.
        """
        return datetime.combine(day, wall_time.replace(fold=0), self.zone).astimezone(UTC)

    def start_of_day(self, day: date) -> datetime:
        """Return the first moment of the civil day, in UTC."""
        return self.at(day, time.min)

    def end_of_day(self, day: date) -> datetime:
        """Return the last whole second of the civil day (23:59:59 in the zone), in UTC."""
        return datetime.combine(day, _LAST_SECOND.replace(fold=1), self.zone).astimezone(UTC)


def as_utc(moment: datetime) -> datetime:
    """Return the same moment in UTC, where adding hours adds real hours.

    Raises:
        ValueError: the moment has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError(f"{moment.isoformat()} has no time zone.")
    return moment.astimezone(UTC)


@cache
def _public_holidays(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays_of(country)(years=year))
