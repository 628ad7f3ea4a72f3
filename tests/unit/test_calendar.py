from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from casework.calendar import Length, Offset, Unit, WorkingCalendar, add_months

BRUSSELS = ZoneInfo("Europe/Brussels")
BELGIUM = WorkingCalendar(BRUSSELS, "BE")


@pytest.mark.parametrize(
    ("country", "holiday"),
    [
        ("BE", date(2026, 7, 21)),
        ("BE", date(2026, 11, 11)),
        ("FR", date(2026, 7, 14)),
        ("FR", date(2026, 5, 8)),
        ("NL", date(2026, 4, 27)),
        ("NL", date(2028, 12, 26)),
        ("LU", date(2026, 6, 23)),
        ("LU", date(2025, 5, 9)),
    ],
)
def test_each_country_keeps_its_own_holidays(country: str, holiday: date) -> None:
    assert not WorkingCalendar(BRUSSELS, country).is_working_day(holiday)
    others = {"BE", "FR", "NL", "LU"} - {country}
    assert any(WorkingCalendar(BRUSSELS, other).is_working_day(holiday) for other in others)


@pytest.mark.parametrize("country", ["BE", "FR", "NL", "LU"])
@pytest.mark.parametrize("year", [2024, 2026, 2030])
def test_holidays_that_all_four_share(country: str, year: int) -> None:
    cal = WorkingCalendar(BRUSSELS, country)
    assert not cal.is_working_day(date(year, 1, 1))
    assert not cal.is_working_day(date(year, 12, 25))


def test_an_unknown_country_is_refused() -> None:
    with pytest.raises(ValueError, match="BE, FR, NL, LU"):
        WorkingCalendar(BRUSSELS, "XX")


def test_weekends_are_no_working_days() -> None:
    week = [BELGIUM.is_working_day(date(2026, 11, day)) for day in range(16, 23)]
    assert week == [True] * 5 + [False] * 2


def test_a_house_closes_on_days_of_its_own() -> None:
    bridge = date(2026, 12, 24)
    cal = WorkingCalendar(BRUSSELS, "BE", frozenset({bridge}))
    assert BELGIUM.is_working_day(bridge)
    assert not cal.is_working_day(bridge)
    assert cal.add_working_days(date(2026, 12, 23), 1) == date(2026, 12, 28)


def test_next_working_day_is_the_day_itself_or_the_first_after_it() -> None:
    assert BELGIUM.next_working_day(date(2026, 11, 23)) == date(2026, 11, 23)
    assert BELGIUM.next_working_day(date(2026, 11, 21)) == date(2026, 11, 23)
    assert BELGIUM.next_working_day(date(2026, 12, 25)) == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 12, 18), 5, date(2026, 12, 28)),
        (date(2026, 12, 28), -5, date(2026, 12, 18)),
        (date(2026, 11, 22), 1, date(2026, 11, 23)),
        (date(2026, 11, 22), -1, date(2026, 11, 20)),
        (date(2026, 11, 23), 0, date(2026, 11, 23)),
        (date(2026, 11, 22), 0, date(2026, 11, 23)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
    ],
)
def test_adding_working_days(day: date, count: int, expected: date) -> None:
    assert BELGIUM.add_working_days(day, count) == expected


def test_counting_working_days() -> None:
    assert BELGIUM.working_days_between(date(2026, 12, 18), date(2026, 12, 28)) == 5
    assert BELGIUM.working_days_between(date(2026, 12, 28), date(2026, 12, 18)) == -5
    assert BELGIUM.working_days_between(date(2026, 12, 18), date(2026, 12, 18)) == 0
    assert BELGIUM.working_days_between(date(2026, 11, 21), date(2026, 11, 22)) == 0


def test_the_civil_date_is_the_zone_s() -> None:
    late = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert BELGIUM.local_date(late) == date(2026, 11, 23)
    assert BELGIUM.local_time(late) == time(0, 30)


def test_a_moment_without_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        BELGIUM.local_date(datetime(2026, 11, 22, 12))  # noqa: DTZ001 - that is the point


def test_days_begin_and_end_in_the_zone() -> None:
    winter, summer = date(2026, 11, 22), date(2026, 7, 1)
    assert BELGIUM.start_of_day(winter) == datetime(2026, 11, 21, 23, tzinfo=UTC)
    assert BELGIUM.end_of_day(winter) == datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
    assert BELGIUM.end_of_day(summer) == datetime(2026, 7, 1, 21, 59, 59, tzinfo=UTC)
    assert BELGIUM.at(summer, time(8)) == datetime(2026, 7, 1, 6, tzinfo=UTC)


def test_a_skipped_time_is_after_the_change_and_a_doubled_one_is_the_first() -> None:
    spring, autumn = date(2026, 3, 29), date(2026, 10, 25)
    assert BELGIUM.at(spring, time(2, 30)) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert BELGIUM.at(autumn, time(2, 30)) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_day_that_begins_with_a_clock_change_still_begins_and_ends_in_itself() -> None:
    cal = WorkingCalendar(ZoneInfo("America/Havana"), "FR")
    for day in (date(2026, 3, 8), date(2026, 11, 1)):
        assert cal.local_date(cal.start_of_day(day)) == day
        assert cal.local_date(cal.end_of_day(day)) == day


def test_a_day_whose_last_hour_comes_twice_ends_after_the_second() -> None:
    cal = WorkingCalendar(ZoneInfo("America/Nuuk"), "FR")
    day = date(2026, 10, 24)
    assert cal.end_of_day(day) == datetime(2026, 10, 25, 1, 59, 59, tzinfo=UTC)
    assert cal.start_of_day(date(2026, 10, 25)) == datetime(2026, 10, 25, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("10 wd", Length(10, Unit.WORKING_DAYS)),
        ("90 d", Length(90, Unit.DAYS)),
        ("6 m", Length(6, Unit.MONTHS)),
        ("48 h", Length(48, Unit.HOURS)),
        ("3600 s", Length(3600, Unit.SECONDS)),
        ("7 d then wd", Length(7, Unit.DAYS, then_next_working_day=True)),
        ("6 m then wd", Length(6, Unit.MONTHS, then_next_working_day=True)),
    ],
)
def test_lengths_are_read_and_written(text: str, length: Length) -> None:
    assert Length.parse(text) == length
    assert str(length) == text


def test_a_length_is_read_leniently_about_spaces() -> None:
    assert Length.parse(" 10wd ") == Length(10, Unit.WORKING_DAYS)


@pytest.mark.parametrize(
    "text",
    ["", "10", "wd", "-3 d", "+3 d", "1.5 d", "3 w", "10 WD", "3 d 2 h", "3\nd", "\u0663 d"],
)
def test_what_is_not_a_length_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not a length"):
        Length.parse(text)


@pytest.mark.parametrize("text", ["9999999999 d", "1201 m", "26001 wd", "876001 h"])
def test_a_length_of_over_a_century_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lies between"):
        Length.parse(text)


def test_only_days_and_months_roll_on() -> None:
    for unit in (Unit.HOURS, Unit.WORKING_DAYS):
        with pytest.raises(ValueError, match="roll on"):
            Length(1, unit, then_next_working_day=True)
    with pytest.raises(ValueError, match="lies between"):
        Length(-1, Unit.DAYS)


@pytest.mark.parametrize(
    ("text", "offset"),
    [
        ("-3 wd", Offset(-3, "wd")),
        ("+1 wd", Offset(1, "wd")),
        ("-7 d", Offset(-7, "d")),
        ("0 d", Offset(0, "d")),
        ("-6 m", Offset(-6, "m")),
        ("+12 h", Offset(12, "h")),
        ("50 %", Offset(50, "%")),
    ],
)
def test_offsets_are_read_and_written(text: str, offset: Offset) -> None:
    assert Offset.parse(text) == offset
    assert str(offset) == text


def test_an_offset_is_read_leniently() -> None:
    assert Offset.parse("\u22123wd") == Offset.parse(" -3 wd ") == Offset(-3, "wd")
    assert Offset.parse("7 d") == Offset.parse("+7 d")
    assert Offset.parse("50%") == Offset(50, "%")


@pytest.mark.parametrize("text", ["", "wd", "3", "--3 d", "3 w", "half", "-3 s", "1.5 h"])
def test_what_is_not_an_offset_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="not an offset"):
        Offset.parse(text)


@pytest.mark.parametrize("text", ["-1 %", "1001 %", "99999 d", "-121 m"])
def test_an_offset_out_of_reach_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="lies between"):
        Offset.parse(text)


def test_an_unknown_unit_of_an_offset_is_refused() -> None:
    with pytest.raises(ValueError, match="Unknown unit"):
        Offset(3, "weeks")  # type: ignore[arg-type]


def test_months_keep_the_day_or_take_the_last_one() -> None:
    assert add_months(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert add_months(date(2028, 1, 31), 1) == date(2028, 2, 29)
    assert add_months(date(2028, 2, 29), 12) == date(2029, 2, 28)
    assert add_months(date(2026, 11, 15), -11) == date(2025, 12, 15)
    with pytest.raises(OverflowError):
        add_months(date(9999, 12, 1), 1)
