"""The table of deadline arithmetic, line by line, and the cases between its lines."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.calendar import (
    Length,
    Offset,
    Unit,
    WorkingCalendar,
    due,
    next_occurrence,
    remaining,
    resume,
    run_start,
    when,
)

BRUSSELS = ZoneInfo("Europe/Brussels")
BELGIUM = WorkingCalendar(BRUSSELS, "BE")
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
CLOCK_CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2027, 3, 28), date(2027, 10, 31))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BRUSSELS)  # type: ignore[arg-type,misc]


def end_of(*parts: int) -> datetime:
    return local(*parts, 23, 59, 59)


def after(start: datetime, text: str) -> datetime:
    return due(start, Length.parse(text), BELGIUM)


def stop_and_resume(
    start: datetime, text: str, stopped_at: datetime, resumed_at: datetime
) -> tuple[Length, datetime]:
    rule = Length.parse(text)
    due_at = due(start, rule, BELGIUM)
    left = remaining(start, due_at, stopped_at, rule, BELGIUM)
    return left, resume(resumed_at, left, BELGIUM, stopped_at=stopped_at, due_at=due_at)


# The table: day 0, and starting on a day off


def test_day_0_is_the_day_of_the_event_and_holidays_do_not_count() -> None:
    assert after(local(2026, 12, 18, 10), "5 wd") == end_of(2026, 12, 28)


@pytest.mark.parametrize("hour", [0, 9, 23])
def test_the_hour_of_the_event_does_not_matter(hour: int) -> None:
    assert after(local(2026, 12, 18, hour, 59), "5 wd") == end_of(2026, 12, 28)


def test_an_event_late_in_the_evening_in_utc_is_the_next_day_in_brussels() -> None:
    assert after(datetime(2026, 11, 23, 23, 30, tzinfo=UTC), "1 wd") == end_of(2026, 11, 25)


def test_starting_on_a_weekend_counts_from_the_next_working_day_as_day_1() -> None:
    assert after(local(2026, 11, 22, 10), "1 wd") == end_of(2026, 11, 23)


def test_starting_on_a_holiday_counts_from_the_next_working_day_as_day_1() -> None:
    assert after(local(2026, 12, 25, 10), "1 wd") == end_of(2026, 12, 28)


# The table: calendar days and months


def test_calendar_days_may_end_on_a_weekend() -> None:
    assert after(local(2026, 11, 22, 10), "7 d") == end_of(2026, 11, 29)


def test_calendar_days_may_roll_on_to_the_next_working_day() -> None:
    assert after(local(2026, 11, 22, 10), "7 d then wd") == end_of(2026, 11, 30)
    assert after(local(2026, 11, 23, 10), "7 d then wd") == end_of(2026, 11, 30)


def test_months_keep_the_day_or_take_the_last_day_of_a_shorter_month() -> None:
    offset = Offset.parse("-6 m")
    end = end_of(2029, 8, 31)
    assert when(offset, local(2026, 8, 31), end, BELGIUM) == local(2029, 2, 28, 8)
    assert after(local(2026, 8, 31, 9), "6 m") == end_of(2027, 2, 28)
    assert after(local(2026, 8, 30, 9), "6 m then wd") == end_of(2027, 3, 1)


def test_hours_run_through_nights_and_weekends() -> None:
    assert after(local(2026, 11, 20, 17), "48 h") == local(2026, 11, 22, 17)


# The table: clocks that stop


def test_ten_working_days_stopped_after_four_leave_six_from_the_day_of_resuming() -> None:
    # Day 0 is Monday 23 November; four days are used up when Monday 30, the fifth, begins.
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "10 wd", local(2026, 11, 30, 15), local(2026, 12, 9, 9)
    )
    assert left == Length(6, Unit.WORKING_DAYS)
    assert new_end == end_of(2026, 12, 17)


@pytest.mark.parametrize("text", ["10 wd", "20 d", "3 m", "26 d then wd"])
def test_stopped_and_resumed_the_same_day_changes_nothing(text: str) -> None:
    start = local(2026, 11, 23, 10)
    _, end = stop_and_resume(start, text, local(2026, 11, 27, 9), local(2026, 11, 27, 17))
    assert end == after(start, text)


def test_stopped_on_the_first_day_nothing_is_used_up() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "10 wd", local(2026, 11, 23, 15), local(2026, 11, 24, 9)
    )
    assert left == Length(10, Unit.WORKING_DAYS)
    assert new_end == end_of(2026, 12, 8)


def test_stopped_on_the_last_day_that_day_is_left() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "10 wd", local(2026, 12, 7, 15), local(2026, 12, 9, 9)
    )
    assert left == Length(1, Unit.WORKING_DAYS)
    assert new_end == end_of(2026, 12, 10)


def test_a_weekend_s_stop_takes_no_working_day() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "10 wd", local(2026, 11, 28, 9), local(2026, 11, 29, 9)
    )
    assert left == Length(6, Unit.WORKING_DAYS)
    assert new_end == end_of(2026, 12, 7)


def test_stopped_on_a_saturday_and_resumed_on_a_working_day() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "10 wd", local(2026, 11, 28, 9), local(2026, 11, 30, 9)
    )
    assert left == Length(6, Unit.WORKING_DAYS)
    assert new_end == end_of(2026, 12, 8)


def test_calendar_days_keep_calendar_days() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 1, 10), "10 d", local(2026, 11, 5, 9), local(2026, 11, 20, 9)
    )
    assert left == Length(7, Unit.DAYS)
    assert new_end == end_of(2026, 11, 27)


def test_of_months_the_days_are_kept() -> None:
    left, new_end = stop_and_resume(
        local(2026, 1, 31, 10), "1 m", local(2026, 2, 10, 9), local(2026, 3, 1, 9)
    )
    assert left == Length(19, Unit.DAYS)
    assert new_end == end_of(2026, 3, 20)


def test_rolling_on_is_kept_and_the_days_won_by_it_are_not() -> None:
    # 7 days from Sunday 22 November end on Sunday 29, rolled on to Monday 30.
    left, new_end = stop_and_resume(
        local(2026, 11, 22, 10), "7 d then wd", local(2026, 11, 25, 9), local(2026, 12, 1, 9)
    )
    assert left == Length(5, Unit.DAYS, then_next_working_day=True)
    assert new_end == end_of(2026, 12, 7)


def test_an_end_that_was_moved_by_hand_is_taken_as_it_stands() -> None:
    rule = Length.parse("7 d then wd")
    start, extended = local(2026, 11, 22, 10), end_of(2026, 12, 10)
    left = remaining(start, extended, local(2026, 12, 8, 9), rule, BELGIUM)
    assert left.amount == 3


def test_an_end_from_a_date_field_keeps_its_time_of_day() -> None:
    start, end = local(2026, 11, 2, 10), local(2026, 11, 20, 12)
    stopped_at = local(2026, 11, 16, 9)
    left = remaining(start, end, stopped_at, Unit.DAYS, BELGIUM)
    assert left == Length(5, Unit.DAYS)
    resumed = resume(local(2026, 11, 18, 9), left, BELGIUM, stopped_at=stopped_at, due_at=end)
    assert resumed == local(2026, 11, 23, 12)


def test_hours_keep_the_time_that_is_left() -> None:
    left, new_end = stop_and_resume(
        local(2026, 11, 23, 10), "48 h", local(2026, 11, 23, 12), local(2026, 11, 23, 14)
    )
    assert left == Length(46 * 3600, Unit.SECONDS)
    assert new_end == local(2026, 11, 25, 12)


def test_hours_stopped_and_resumed_at_once_do_not_move_by_a_fraction_of_a_second() -> None:
    start = local(2026, 11, 23, 10)
    stopped_at = local(2026, 11, 23, 12) + timedelta(microseconds=1)
    left, new_end = stop_and_resume(start, "48 h", stopped_at, stopped_at)
    assert left.amount == 46 * 3600
    assert new_end == after(start, "48 h")


@pytest.mark.parametrize("text", ["2 wd", "3 d", "1 m", "5 h", "3 d then wd"])
def test_an_overdue_deadline_stays_overdue(text: str) -> None:
    left, new_end = stop_and_resume(
        local(2026, 9, 1, 10), text, local(2026, 11, 23, 9), local(2026, 11, 27, 9)
    )
    assert left.amount == 0
    assert new_end == after(local(2026, 9, 1, 10), text)


def test_a_clock_may_stop_several_times() -> None:
    rule = Length.parse("10 wd")
    start = local(2026, 11, 23, 10)
    end = due(start, rule, BELGIUM)
    left: Length = rule
    # Used up: 24 and 25 November; then 1 and 2 December; the third stop is over the same day.
    stops = [
        (local(2026, 11, 26, 9), local(2026, 11, 30, 9), 8, end_of(2026, 12, 10)),
        (local(2026, 12, 3, 9), local(2026, 12, 7, 9), 6, end_of(2026, 12, 15)),
        (local(2026, 12, 9, 9), local(2026, 12, 9, 11), 5, end_of(2026, 12, 15)),
        (local(2026, 12, 9, 14), local(2026, 12, 10, 9), 5, end_of(2026, 12, 17)),
    ]
    for stopped_at, resumed_at, expected_left, expected_end in stops:
        left = remaining(start, end, stopped_at, left, BELGIUM)
        end = resume(resumed_at, left, BELGIUM, stopped_at=stopped_at, due_at=end)
        start = run_start(start, stopped_at, resumed_at, left.unit, BELGIUM)
        assert (left.amount, end) == (expected_left, expected_end)


def test_a_clock_neither_stops_before_it_starts_nor_resumes_before_it_stops() -> None:
    start = local(2026, 11, 23, 10)
    end = after(start, "10 wd")
    with pytest.raises(ValueError, match="before it has started"):
        remaining(start, end, start - SECOND, Unit.WORKING_DAYS, BELGIUM)
    with pytest.raises(ValueError, match="before it has stopped"):
        resume(start, Length.parse("3 wd"), BELGIUM, stopped_at=start + SECOND, due_at=end)


# The table: reminders


def test_fifty_percent_of_48_hours_is_24_hours_of_running_clock() -> None:
    start = local(2026, 11, 23, 10)
    half = Offset.parse("50 %")
    assert when(half, start, after(start, "48 h"), BELGIUM) == local(2026, 11, 24, 10)
    # It ran for 6 hours, stood for 30, and has run again since.
    _, end = stop_and_resume(start, "48 h", start + 6 * 3600 * SECOND, start + 36 * 3600 * SECOND)
    expected = start.astimezone(UTC) + timedelta(hours=24 + 30)
    assert when(half, start, end, BELGIUM, stopped=timedelta(hours=30)) == expected


@pytest.mark.parametrize("text", ["48 h", "10 wd", "3 m"])
def test_a_hundred_percent_is_the_end_and_none_is_the_start(text: str) -> None:
    start = local(2026, 11, 23, 10)
    end = after(start, text)
    assert when(Offset.parse("100 %"), start, end, BELGIUM) == end
    assert when(Offset.parse("0 %"), start, end, BELGIUM) == start
    assert when(Offset.parse("150 %"), start, end, BELGIUM) > end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("-3 wd", local(2026, 12, 22, 8)),
        ("+1 wd", local(2026, 12, 29, 8)),
        ("0 wd", local(2026, 12, 28, 8)),
        ("-7 d", local(2026, 12, 21, 8)),
        ("0 d", local(2026, 12, 28, 8)),
        ("+7 d", local(2027, 1, 4, 8)),
        ("-6 m", local(2026, 6, 28, 8)),
        ("-12 h", local(2026, 12, 28, 11, 59, 59)),
    ],
)
def test_reminders_in_days_go_out_at_the_house_s_hour(text: str, expected: datetime) -> None:
    start = local(2026, 12, 18, 10)
    assert when(Offset.parse(text), start, after(start, "5 wd"), BELGIUM) == expected


def test_the_house_chooses_the_hour() -> None:
    end = end_of(2026, 12, 28)
    moment = when(Offset.parse("0 d"), local(2026, 12, 1), end, BELGIUM, hour=time(14, 30))
    assert moment == local(2026, 12, 28, 14, 30)


def test_a_moved_deadline_takes_its_reminders_along() -> None:
    start, three_before = local(2026, 11, 23, 10), Offset.parse("-3 wd")
    before = after(start, "10 wd")
    _, moved = stop_and_resume(start, "10 wd", local(2026, 11, 30, 15), local(2026, 12, 9, 9))
    assert when(three_before, start, before, BELGIUM) == local(2026, 12, 2, 8)
    assert when(three_before, start, moved, BELGIUM) == local(2026, 12, 14, 8)


def test_a_clock_cannot_have_stood_for_less_than_no_time() -> None:
    start = local(2026, 11, 23, 10)
    with pytest.raises(ValueError, match="less than no time"):
        when(Offset.parse("50 %"), start, start + DAY, BELGIUM, stopped=-SECOND)


# The table: clock changes


@pytest.mark.parametrize("change", CLOCK_CHANGES)
@pytest.mark.parametrize("hour", [0, 1, 2, 3, 12, 23])
def test_clock_changes_move_no_civil_date(change: date, hour: int) -> None:
    start = BELGIUM.at(change - 3 * DAY, time(hour, 30))
    assert BELGIUM.local_date(after(start, "3 d")) == change
    assert BELGIUM.local_date(after(start, "4 d")) == change + DAY
    assert after(start, "3 d") == BELGIUM.end_of_day(change)
    on_the_day = BELGIUM.at(change, time(hour, 30))
    assert BELGIUM.local_date(after(on_the_day, "1 d")) == change + DAY
    for days in (-1, 0, 1):
        reminder = when(Offset(days, "d"), start, after(start, "3 d"), BELGIUM)
        assert reminder.astimezone(BRUSSELS).time() == time(8)
        assert BELGIUM.local_date(reminder) == change + days * DAY


@pytest.mark.parametrize("change", CLOCK_CHANGES)
def test_hours_are_real_hours_over_a_clock_change(change: date) -> None:
    start = BELGIUM.at(change - DAY, time(12))
    assert after(start, "24 h") - start == timedelta(hours=24)
    assert after(start.astimezone(BRUSSELS), "24 h") == after(start, "24 h")


# Recurrence


def test_a_recurrence_comes_back_to_its_own_day() -> None:
    start, every = local(2026, 1, 31, 9), Length.parse("1 m")
    seen, moment = [], start
    for _ in range(4):
        moment = next_occurrence(start, every, moment, BELGIUM)
        seen.append(BELGIUM.local_date(moment))
    assert seen == [date(2026, 2, 28), date(2026, 3, 31), date(2026, 4, 30), date(2026, 5, 31)]


def test_a_recurrence_skips_what_was_missed() -> None:
    start = local(2026, 1, 5, 9)
    missed = local(2026, 11, 22, 9)
    found = next_occurrence(start, Length.parse("30 d"), missed, BELGIUM)
    assert found == BELGIUM.end_of_day(date(2026, 1, 5) + 330 * DAY)


def test_a_recurrence_is_strictly_later_and_never_the_start() -> None:
    start, every = local(2026, 1, 5, 9), Length.parse("30 d")
    first = due(start, every, BELGIUM)
    assert next_occurrence(start, every, start - 90 * DAY, BELGIUM) == first
    assert next_occurrence(start, every, first - SECOND, BELGIUM) == first
    assert next_occurrence(start, every, first, BELGIUM) == after(start, "60 d")


def test_something_that_recurs_must_have_a_length() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next_occurrence(local(2026, 1, 5), Length.parse("0 d"), local(2026, 1, 6), BELGIUM)
