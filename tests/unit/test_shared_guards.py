"""Guards on what was written in the form of a move."""

from __future__ import annotations

from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from casework.workflows.declaration import Guard, Question
from casework.workflows.guards import motive_given, not_past, reason_given, text_given

NOW = datetime(2028, 2, 29, 23, 30, tzinfo=UTC)


def refused(guard: Guard, data: dict[str, Any] | None) -> bool:
    return bool(guard.reasons(Question(SimpleNamespace(today=date(2028, 2, 29)), NOW, data=data)))


@pytest.mark.parametrize(
    ("guard", "field", "wrong", "right"),
    [
        (reason_given(), "reason", "   short    ", "long enough"),
        (motive_given(), "motive", "nineteen characters", "twenty characters ok"),
        (text_given("place", "Where?"), "place", None, "here"),
        (not_past("day"), "day", date(2028, 2, 28), date(2028, 2, 29)),
    ],
)
def test_a_guard_on_a_form(guard: Guard, field: str, wrong: Any, right: Any) -> None:
    assert refused(guard, {field: wrong})
    assert not refused(guard, {field: right})
    assert not refused(guard, None), "nothing is filled in yet"
    assert guard.reads == (field,)
