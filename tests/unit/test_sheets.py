"""Cells that a spreadsheet must show and never run, wherever it divides the lines."""

from __future__ import annotations

import pytest

from casework.services.exporting.sheets import safe


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("x;=HYPERLINK(1)", "x;'=HYPERLINK(1)"),
        ("x\t @SUM(1)", "x\t '@SUM(1)"),
        ("x\n-1", "x\n'-1"),
        ("a-b, c=d; e", "a-b, c=d; e"),
        ("", ""),
    ],
)
def test_a_formula_is_dead_also_after_a_semicolon(text: str, shown: str) -> None:
    assert safe(text) == shown
