"""Where a label stands on a day, and how its number is written."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from casework.labels.standing import bare_number, full_number, standing
from casework.policy import may_bear_mark

FIRST, LAST, DAY = date(2026, 3, 2), date(2029, 3, 1), timedelta(days=1)


@pytest.mark.parametrize(
    ("state", "today", "followed", "expected"),
    [
        ("pending", FIRST - DAY, False, "pending"),
        ("pending", FIRST, False, "active"),  # though no sweep has come by yet
        ("active", FIRST - DAY, False, "pending"),
        ("active", LAST, False, "active"),
        ("active", LAST + DAY, False, "expired"),
        ("active", LAST + DAY, True, "replaced"),
        ("active", LAST, True, "active"),
        ("suspended", LAST, False, "suspended"),
        ("suspended", LAST + DAY, False, "expired"),
        ("withdrawn", FIRST, False, "withdrawn"),
        ("replaced", LAST + DAY, False, "replaced"),
    ],
)
def test_a_label_stands_where_the_calendar_says(
    state: str, today: date, followed: bool, expected: str
) -> None:
    found = standing(state, FIRST, LAST, today, followed=followed)
    assert found == expected
    assert may_bear_mark(found) is (expected == "active")


@pytest.mark.parametrize(
    ("version", "written"),
    [
        ("3", "CPE-2026-0042-v3"),
        ("v2.0", "CPE-2026-0042-v2.0"),
        ("1.0", "CPE-2026-0042-v1.0"),
        ("2026 / bis", "CPE-2026-0042-v2026-bis"),
        ("vert", "CPE-2026-0042-vvert"),
    ],
)
def test_a_number_names_the_version_and_leads_back(version: str, written: str) -> None:
    assert full_number("CPE-2026-0042", version) == written
    assert bare_number(written) == "CPE-2026-0042"
    assert bare_number(f" {written.lower()} ") == "CPE-2026-0042"


def test_what_is_no_number_leads_nowhere() -> None:
    assert [bare_number(text) for text in ("", "CPE", "CPE-2026", "%", "CPE-2026-12")] == [""] * 5
