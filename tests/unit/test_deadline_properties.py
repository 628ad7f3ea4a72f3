"""What holds of every calendar, every deadline and every stop, whatever the dates."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from casework.calendar import (
    Length,
    Offset,
    Unit,
    WorkingCalendar,
    add_months,
    due,
    next_occurrence,
    remaining,
    resume,
    run_start,
    when,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

unhurried = settings(deadline=None)
"""A busy machine is no failure."""

days = st.dates(date(2020, 1, 1), date(2040, 12, 31))
closing_days = st.frozensets(st.dates(date(2025, 1, 1), date(2028, 12, 31)), max_size=30)
calendars = st.builds(
    WorkingCalendar,
    st.sampled_from([BRUSSELS, ZoneInfo("Europe/Paris"), ZoneInfo("America/Cayenne")]),
    st.sampled_from(["BE", "FR", "NL", "LU"]),
    closing_days,
)
moments = st.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
civil_units = st.sampled_from([Unit.WORKING_DAYS, Unit.DAYS, Unit.MONTHS])
civil_lengths = st.builds(Length, st.integers(1, 60), civil_units)
rolling_lengths = st.builds(
    Length, st.integers(1, 60), st.sampled_from([Unit.DAYS, Unit.MONTHS]), st.just(value=True)
)
hour_lengths = st.builds(Length, st.integers(1, 500), st.just(Unit.HOURS))
lengths = civil_lengths | rolling_lengths | hour_lengths
waits = st.timedeltas(timedelta(0), timedelta(days=150))


@unhurried
@given(calendars, days, st.integers(-300, 300))
def test_adding_never_lands_on_a_day_off(cal: WorkingCalendar, day: date, count: int) -> None:
    assert cal.is_working_day(cal.add_working_days(day, count))


@unhurried
@given(calendars, days, st.integers(-300, 300))
def test_adding_is_undone_by_taking_away(cal: WorkingCalendar, day: date, count: int) -> None:
    day = cal.next_working_day(day)
    assert cal.add_working_days(cal.add_working_days(day, count), -count) == day


@unhurried
@given(calendars, days, st.integers(-300, 300))
def test_counting_finds_what_was_added(cal: WorkingCalendar, day: date, count: int) -> None:
    day = cal.next_working_day(day)
    assert cal.working_days_between(day, cal.add_working_days(day, count)) == count


@unhurried
@given(calendars, days, st.integers(1, 100), st.integers(1, 100))
def test_adding_in_two_steps_is_adding_at_once(
    cal: WorkingCalendar, day: date, a: int, b: int
) -> None:
    in_two_steps = cal.add_working_days(cal.add_working_days(day, a), b)
    assert in_two_steps == cal.add_working_days(day, a + b)


@unhurried
@given(calendars, days, st.integers(0, 40), st.integers(-100, 100))
def test_adding_keeps_the_order(cal: WorkingCalendar, day: date, later: int, count: int) -> None:
    assert cal.add_working_days(day, count) <= cal.add_working_days(day + later * DAY, count)
    assert cal.add_working_days(day, count) <= cal.add_working_days(day, count + 1)


@unhurried
@given(calendars, days)
def test_a_civil_day_holds_its_own_first_and_last_moment(cal: WorkingCalendar, day: date) -> None:
    assert cal.local_date(cal.start_of_day(day)) == day == cal.local_date(cal.end_of_day(day))
    assert cal.end_of_day(day) + SECOND == cal.start_of_day(day + DAY)


@unhurried
@given(days, st.integers(-600, 600))
def test_months_keep_the_day_or_take_the_last(day: date, count: int) -> None:
    moved = add_months(day, count)
    assert (moved.year * 12 + moved.month) - (day.year * 12 + day.month) == count
    assert moved.day == day.day or (moved.day < day.day and (moved + DAY).day == 1)


@unhurried
@given(lengths)
def test_lengths_survive_writing_and_reading(length: Length) -> None:
    assert Length.parse(str(length)) == length


@unhurried
@given(
    st.builds(Offset, st.integers(-120, 120), st.sampled_from(["wd", "d", "h", "m"]))
    | st.builds(Offset, st.integers(0, 1000), st.just("%"))
)
def test_offsets_survive_writing_and_reading(offset: Offset) -> None:
    assert Offset.parse(str(offset)) == offset


@unhurried
@given(calendars, moments, lengths)
def test_a_deadline_ends_in_utc_at_the_end_of_its_day(
    cal: WorkingCalendar, start: datetime, length: Length
) -> None:
    end = due(start, length, cal)
    assert end.tzinfo is UTC
    assert end > start
    if length.unit is not Unit.HOURS:
        assert end == cal.end_of_day(cal.local_date(end))
    if length.then_next_working_day or length.unit is Unit.WORKING_DAYS:
        assert cal.is_working_day(cal.local_date(end))


@unhurried
@given(calendars, moments, civil_lengths | rolling_lengths, waits, st.integers(0, 86_399))
def test_a_stop_within_one_day_is_none(
    cal: WorkingCalendar, start: datetime, rule: Length, wait: timedelta, pause: int
) -> None:
    stopped_at = start + wait
    resumed_at = stopped_at + pause * SECOND
    assume(cal.local_date(stopped_at) == cal.local_date(resumed_at))
    end = due(start, rule, cal)
    left = remaining(start, end, stopped_at, rule, cal)
    assert resume(resumed_at, left, cal, stopped_at=stopped_at, due_at=end) == end
    assert run_start(start, stopped_at, resumed_at, rule.unit, cal) == start


@unhurried
@given(calendars, moments, civil_lengths, waits)
def test_what_is_used_and_what_is_left_make_the_whole(
    cal: WorkingCalendar, start: datetime, rule: Length, wait: timedelta
) -> None:
    end, stopped_at = due(start, rule, cal), start + wait
    assume(stopped_at <= end)
    left = remaining(start, end, stopped_at, rule, cal).amount
    first, last = cal.local_date(start), cal.local_date(end)
    until = max(first, cal.local_date(stopped_at) - DAY)
    if rule.unit is Unit.WORKING_DAYS:
        assert cal.working_days_between(first, until) + left == rule.amount
    else:
        assert (until - first).days + left == (last - first).days


@unhurried
@given(calendars, moments, hour_lengths, waits, waits)
def test_hours_move_by_as_long_as_the_clock_stood(
    cal: WorkingCalendar, start: datetime, rule: Length, wait: timedelta, pause: timedelta
) -> None:
    end, stopped_at = due(start, rule, cal), start + wait
    resumed_at = stopped_at + pause
    left = remaining(start, end, stopped_at, rule, cal)
    moved = resume(resumed_at, left, cal, stopped_at=stopped_at, due_at=end)
    if stopped_at > end:
        assert moved == end
    else:
        assert timedelta(0) <= moved - end - pause < SECOND or moved == end == end + pause


@unhurried
@given(calendars, moments, lengths, waits, waits)
def test_a_stop_never_brings_the_end_nearer(
    cal: WorkingCalendar, start: datetime, rule: Length, wait: timedelta, pause: timedelta
) -> None:
    end, stopped_at = due(start, rule, cal), start + wait
    left = remaining(start, end, stopped_at, rule, cal)
    moved = resume(stopped_at + pause, left, cal, stopped_at=stopped_at, due_at=end)
    assert moved >= end
    if stopped_at <= end:
        assert moved >= stopped_at + pause


@unhurried
@given(calendars, moments, lengths, waits)
def test_the_next_occurrence_is_the_first_one_later(
    cal: WorkingCalendar, start: datetime, every: Length, wait: timedelta
) -> None:
    moment = start + 5 * wait
    found = next_occurrence(start, every, moment, cal)
    times = 1
    while due(start, Length(every.amount * times, *_rest(every)), cal) <= moment:
        times += 1
    assert found == due(start, Length(every.amount * times, *_rest(every)), cal)


def _rest(length: Length) -> tuple[Unit, bool]:
    return length.unit, length.then_next_working_day


@unhurried
@given(calendars, moments, lengths, st.integers(-20, 20))
def test_reminders_in_working_days_reach_people_at_work(
    cal: WorkingCalendar, start: datetime, length: Length, count: int
) -> None:
    moment = when(Offset(count, "wd"), start, due(start, length, cal), cal)
    assert cal.is_working_day(cal.local_date(moment))
    assert moment.astimezone(cal.zone).time() == time(8)
