"""How long a label holds: leap days, ends of months, renewals in time and too late."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.labels.periods import Period, first_day, period, renewal

DAY = timedelta(days=1)
days = st.dates(date(2000, 1, 1), date(2100, 12, 31))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (date(2026, 5, 23), date(2029, 5, 22)),
        (date(2028, 2, 29), date(2031, 2, 28)),
        (date(2025, 3, 1), date(2028, 2, 29)),
        (date(2026, 3, 1), date(2029, 2, 28)),
        (date(2026, 8, 31), date(2029, 8, 30)),
        (date(2026, 1, 1), date(2028, 12, 31)),
        (date(2025, 2, 28), date(2028, 2, 27)),
    ],
)
def test_three_years(first: date, last: date) -> None:
    assert period(first, 3) == Period(first, last)


def test_a_leap_day_comes_back_after_four_years() -> None:
    assert period(date(2028, 2, 29), 4).last == date(2032, 2, 28)


def test_a_renewal_decided_before_the_end_starts_the_day_after_it() -> None:
    old = Period(date(2026, 5, 23), date(2029, 5, 22))
    for decided in (date(2028, 9, 1), date(2029, 5, 22)):
        found = renewal(old, decided, 3)
        assert (found.period, found.gap) == (Period(date(2029, 5, 23), date(2032, 5, 22)), None)
    assert renewal(old, date(2029, 5, 23), 3).gap is None


def test_a_renewal_decided_after_the_end_leaves_a_gap() -> None:
    old = Period(date(2026, 5, 23), date(2029, 5, 22))
    found = renewal(old, date(2029, 7, 1), 3)
    assert found.period == Period(date(2029, 7, 1), date(2032, 6, 30))
    assert found.gap == Period(date(2029, 5, 23), date(2029, 6, 30))
    assert not found.restored


@pytest.mark.parametrize(
    ("decided", "restored"), [(date(2029, 11, 22), True), (date(2029, 11, 23), False)]
)
def test_a_label_may_be_called_restored_and_its_gap_stays(decided: date, restored: bool) -> None:
    old = Period(date(2026, 5, 23), date(2029, 5, 22))
    found = renewal(old, decided, 3, restore_months=6)
    assert (found.restored, found.gap) == (
        restored,
        Period(date(2029, 5, 23), decided - DAY),
    )


def test_a_scheme_may_start_on_the_first_of_the_next_month() -> None:
    assert first_day(date(2026, 12, 31), "next_month") == date(2027, 1, 1)
    assert first_day(date(2026, 12, 31)) == date(2026, 12, 31)
    old = Period(date(2026, 5, 1), date(2029, 4, 30))
    late = renewal(old, date(2029, 5, 10), 3, start_rule="next_month")
    assert late.gap == Period(date(2029, 5, 1), date(2029, 5, 31))
    with pytest.raises(ValueError, match="start rule"):
        first_day(date(2026, 1, 1), "whenever")


@given(days, st.integers(1, 10))
def test_the_day_after_is_the_same_date_or_the_first_of_march(first: date, years: int) -> None:
    found = period(first, years)
    after = found.last + DAY
    assert (after.month, after.day) in {(first.month, first.day), (3, 1)}
    assert after.year == first.year + years


@given(days, days, st.integers(1, 5), st.integers(0, 12))
def test_periods_and_their_gap_follow_one_another(
    first: date, decided: date, years: int, restore: int
) -> None:
    old = period(first, years)
    found = renewal(old, decided, years, restore_months=restore)
    next_days = [found.gap.first, found.gap.last + DAY] if found.gap else [found.period.first]
    assert next_days[0] == old.last + DAY
    assert next_days[-1] == found.period.first
    assert found.period.first >= min(decided, old.last + DAY)
