"""The rule of the label: each row of the table of edge cases, and what holds for any grid."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.labels.criteria import Assessment, AssessmentError, Criterion, Kind, Result
from casework.labels.outcome import Tally
from casework.labels.parameters import ParameterError, fraction
from casework.labels.threshold import ThresholdRule

M, R, I = Kind.MANDATORY, Kind.RECOMMENDED, Kind.INFORMATIVE  # noqa: E741
MET, PARTIAL, NOT_MET = Result.MET, Result.PARTIAL, Result.NOT_MET
NA, OPEN = Result.NOT_APPLICABLE, Result.NOT_ASSESSED
RULE = ThresholdRule()


def some(kind: Kind, result: Result, number: int, weight: int = 1, *, approved: bool = True):
    """Return so many assessments of a kind with a result; "not applicable" with all it needs."""
    return [
        Assessment(
            Criterion(f"{kind[0]}-{result}-{weight}-{n}", kind, weight, na_allowed=result is NA),
            result,
            "it does not exist here" if result is NA else "",
            na_approved=approved,
        )
        for n in range(number)
    ]


def grid(must: int = 20, of: int = 20, should: int = 8, out_of: int = 16) -> list[Assessment]:
    """Return a grid with so many of the mandatory and of the recommended criteria met."""
    return [
        *some(M, MET, must),
        *some(M, NOT_MET, of - must),
        *some(R, MET, should),
        *some(R, NOT_MET, out_of - should),
    ]


def codes(outcome) -> list[str]:
    return [reason.code for reason in outcome.reasons]


@pytest.mark.parametrize(
    ("met", "of", "favourable"),
    [
        (8, 16, True),
        (5, 10, True),
        (7, 16, False),
        (7, 15, False),
        (8, 15, True),
        (3, 7, False),
        (4, 7, True),
        (0, 1, False),
        (1, 1, True),
        (11, 16, True),
    ],
)
def test_half_passes_and_less_than_half_does_not(met: int, of: int, favourable: bool) -> None:
    found = RULE.decide(grid(should=met, out_of=of))
    assert found.favourable is favourable
    assert codes(found) == ([] if favourable else ["threshold_not_reached"])


def test_not_a_single_mandatory_criterion_may_be_missing() -> None:
    found = RULE.decide(grid(must=19, should=14))
    assert (found.favourable, found.mandatory) == (False, Tally(19, 20))
    assert [(r.code, r.criterion) for r in found.reasons] == [
        ("mandatory_not_met", "m-not_met-1-0")
    ]


def test_without_recommended_criteria_the_threshold_does_not_apply() -> None:
    found = RULE.decide(some(M, MET, 10))
    assert (found.favourable, found.mandatory) == (True, Tally(10, 10))
    assert found.flags == ("threshold_not_applicable",)
    assert found.recommended.display() == "—"
    assert [w.code for w in RULE.warnings([a.criterion for a in some(M, MET, 1)])] == [
        "threshold_not_applicable"
    ]


def test_all_recommended_criteria_not_applicable_is_favourable_to_be_confirmed() -> None:
    found = RULE.decide([*some(M, MET, 20), *some(R, NA, 16)])
    assert (found.favourable, found.flags) == (True, ("confirmation_required",))
    assert (found.recommended, found.recommended.display()) == (Tally(0, 0), "—")
    failed = RULE.decide([*some(M, NOT_MET, 1), *some(R, NA, 16)])
    assert (failed.favourable, failed.flags) == (False, ())


def test_all_mandatory_criteria_not_applicable_is_never_favourable_unconfirmed() -> None:
    rows = [*some(M, NA, 20), *some(R, MET, 16)]
    found = RULE.decide(rows)
    assert (found.favourable, found.flags) == (None, ("confirmation_required",))
    assert codes(found) == ["no_mandatory_applicable"]
    assert RULE.decide(rows, confirmed=True).favourable is True
    assert RULE.decide([*some(M, NA, 20), *some(R, NOT_MET, 1)], confirmed=True).favourable is False


@pytest.mark.parametrize(
    "rows",
    [
        [*grid(must=19, should=15, out_of=15), *some(R, OPEN, 1)],
        [*grid(must=19), *some(M, OPEN, 1)],
        [*grid(should=0), *some(R, NA, 1, approved=False)],
        [*grid(), *some(M, NA, 1, approved=False)],
    ],
)
def test_an_unfinished_grid_is_undecided_whatever_else_fails(rows: list[Assessment]) -> None:
    found = RULE.decide(rows)
    assert found.favourable is None
    assert set(codes(found)) <= {"not_assessed", "na_not_approved"}


def test_what_is_not_approved_still_applies() -> None:
    found = RULE.decide([*some(M, MET, 1), *some(R, NA, 1, approved=False), *some(R, NA, 1)])
    assert (found.favourable, found.recommended) == (None, Tally(0, 1))


@pytest.mark.parametrize("result", [MET, NOT_MET, PARTIAL, OPEN])
def test_informative_criteria_never_count(result: Result) -> None:
    assert RULE.decide([*grid(), *some(I, result, 3)]) == RULE.decide(grid())
    assert RULE.decide([*grid(), *some(I, NA, 3, approved=False)]) == RULE.decide(grid())


def test_a_hair_under_half_fails_and_is_never_shown_as_half() -> None:
    rows = [*some(M, MET, 1), *some(R, MET, 1, weight=4999), *some(R, NOT_MET, 1, weight=5001)]
    found = RULE.decide(rows)
    assert (found.favourable, found.recommended.display()) == (False, "4999/10000 (49,9 %)")


def test_fractions_are_written_truncated_in_the_language_of_the_reader() -> None:
    tally = Tally(7, 15)
    assert [tally.display(x) for x in ("fr", "nl", "en")] == [
        "7/15 (46,6 %)",
        "7/15 (46,6%)",
        "7/15 (46.6%)",
    ]
    assert Tally(8, 16).display() == "8/16 (50,0 %)"
    assert Tally(16, 16).display() == "16/16 (100,0 %)"
    assert Tally(0, 3).display() == "0/3 (0,0 %)"


def test_partly_met_counts_nothing_unless_the_scheme_says_so() -> None:
    rows = [*some(M, MET, 1), *some(R, MET, 3), *some(R, PARTIAL, 2), *some(R, NOT_MET, 3)]
    assert RULE.decide(rows).favourable is False
    half = ThresholdRule(partial_num=1, partial_den=2).decide(rows)
    assert (half.favourable, half.recommended) == (True, Tally(8, 16))
    assert ThresholdRule(partial_num=1, partial_den=2).decide(some(M, PARTIAL, 1)).favourable is (
        False
    )


def test_the_demonstrations_with_criteria_that_do_not_apply() -> None:
    one = RULE.decide([*some(M, MET, 19), *some(M, NA, 1), *some(R, MET, 9), *some(R, NOT_MET, 7)])
    assert (one.favourable, one.mandatory) == (True, Tally(19, 19))
    two = RULE.decide([*some(M, MET, 20), *some(R, MET, 7), *some(R, NOT_MET, 7), *some(R, NA, 2)])
    assert (two.favourable, two.recommended.display()) == (True, "7/14 (50,0 %)")


def test_not_applicable_needs_leave_and_a_reason() -> None:
    with pytest.raises(AssessmentError) as refused:
        Assessment(Criterion("A", M), NA, "because")
    assert refused.value.field == "result"
    with pytest.raises(AssessmentError) as refused:
        Assessment(Criterion("A", M, na_allowed=True), NA, "  ", na_approved=True)
    assert refused.value.field == "na_reason"


def test_without_a_mandatory_criterion_nothing_is_published() -> None:
    assert [f.code for f in RULE.faults([Criterion("A", R), Criterion("B", I)])] == ["no_mandatory"]
    assert RULE.faults([Criterion("A", M)]) == []


@pytest.mark.parametrize("text", ["1/2", " 2 / 4 ", "1/1", "999/1000"])
def test_a_threshold_is_two_whole_numbers(text: str) -> None:
    num, den = fraction(text)
    assert (ThresholdRule(num, den).num, ThresholdRule(num, den).den) == (num, den)


@pytest.mark.parametrize("text", ["0/2", "3/2", "1/0", "0.5", "1", "", "-1/2", "a/b", "1/2/3", "½"])
def test_any_other_threshold_is_refused(text: str) -> None:
    with pytest.raises(ParameterError):
        fraction(text)


results = st.sampled_from([MET, PARTIAL, NOT_MET])
weights = st.integers(1, 9)


@st.composite
def grids(build: st.DrawFn, kinds=(M, R, I), possible=tuple(Result)) -> list[Assessment]:
    rows = build(
        st.lists(
            st.tuples(st.sampled_from(kinds), weights, st.sampled_from(possible), st.booleans()),
            max_size=12,
        )
    )
    return [
        Assessment(Criterion(f"C{n}", kind, weight, na_allowed=True), result, "why", approved)
        for n, (kind, weight, result, approved) in enumerate(rows)
    ]


@given(grids(), st.integers(1, 9), st.integers(1, 9))
def test_the_rule_is_the_one_of_the_charter(rows: list[Assessment], num: int, more: int) -> None:
    rule = ThresholdRule(num, num + more - 1)
    counted = [a for a in rows if a.criterion.kind is not I]
    kept = [a for a in counted if not (a.result is NA and a.na_approved)]
    must = [a for a in kept if a.criterion.kind is M]
    should = [a for a in kept if a.criterion.kind is R]
    expected: bool | None = None
    if must and all(a.result in {MET, PARTIAL, NOT_MET} for a in kept):
        total = sum(a.criterion.weight for a in should)
        met = sum(a.criterion.weight for a in should if a.result is MET)
        share = Fraction(met, total) if total else Fraction(1)
        expected = all(a.result is MET for a in must) and share >= Fraction(num, num + more - 1)
    found = rule.decide(rows)
    assert found.favourable is expected
    assert bool(found.reasons) is (expected is not True)


@given(st.integers(0, 10_000), st.integers(1, 10_000))
def test_the_percentage_shown_is_never_more_than_the_fraction(met: int, of: int) -> None:
    tally = Tally(min(met, of), of)
    shown = tally.display("en").split("(")[1].removesuffix("%)")
    exact = Fraction(tally.met * 100, tally.applicable)
    assert Fraction(shown) <= exact < Fraction(shown) + Fraction(1, 10)
