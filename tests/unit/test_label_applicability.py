"""Conditions under which a criterion applies: written, read, checked, followed."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.labels import applicability
from casework.labels.criteria import Result

MET, NOT_MET, OPEN = Result.MET, Result.NOT_MET, Result.NOT_ASSESSED


def read(**texts: str) -> dict[str, dict[str, frozenset[Result]]]:
    return {code: applicability.read(text) for code, text in texts.items()}


def test_a_condition_is_read_and_written() -> None:
    text = "RES-01: met; JUR-02: met, partial"
    found = applicability.read(text)
    assert found == {
        "RES-01": frozenset({MET}),
        "JUR-02": frozenset({MET, Result.PARTIAL}),
    }
    assert applicability.written(found) == text
    assert applicability.read(" ") == {}


@pytest.mark.parametrize("text", ["RES-01", ": met", "RES-01:", "RES-01: done", "A: met; A: met"])
def test_any_other_text_is_refused(text: str) -> None:
    with pytest.raises(applicability.ConditionError):
        applicability.read(text)


def test_rings_and_unknown_codes_are_found() -> None:
    ring = read(A="B: met", B="C: met", C="A: met", D="A: met")
    found = applicability.cycle(ring)
    assert (found[0], set(found)) == (found[-1], {"A", "B", "C"})
    assert applicability.cycle(read(A="A: met")) == ["A", "A"]
    assert applicability.cycle(read(A="", B="A: met")) == []
    assert applicability.unknown(read(A="X: met", B="A: met")) == {"A": ["X"]}
    with pytest.raises(ValueError, match="ring"):
        applicability.in_scope(ring, {})


def test_what_hangs_on_something_that_does_not_apply_does_not_apply() -> None:
    conditions = read(A="", B="A: met", C="B: met, not_met")
    assert applicability.in_scope(conditions, {"A": MET, "B": NOT_MET}) == ["A", "B", "C"]
    assert applicability.in_scope(conditions, {"A": NOT_MET, "B": NOT_MET}) == ["A"]
    assert applicability.in_scope(conditions, {"A": OPEN}) == ["A", "B", "C"]


@given(st.dictionaries(st.sampled_from("ABCDE"), st.sets(st.sampled_from("ABCDE"), max_size=2)))
def test_either_there_is_a_ring_or_the_scope_is_found(looks: dict[str, set[str]]) -> None:
    conditions = {c: dict.fromkeys(sorted(o), frozenset({MET})) for c, o in looks.items()}
    ring = applicability.cycle(conditions)
    if ring:
        assert all(
            other in conditions[code] or code in conditions[other] for code, other in pairwise(ring)
        )
    else:
        assert set(applicability.in_scope(conditions, {})) <= set(conditions)
