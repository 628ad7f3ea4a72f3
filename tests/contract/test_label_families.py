"""What holds for every family of rules, whatever a scheme chooses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.labels.criteria import Assessment, Criterion, Kind, Result
from casework.labels.families import FAMILIES, Rule, rule
from casework.labels.group import GroupRule
from casework.labels.ladder import LadderRule
from casework.labels.outcome import Tally
from casework.labels.parameters import ParameterError
from casework.labels.threshold import ThresholdRule

JUDGED = (Result.MET, Result.PARTIAL, Result.NOT_MET)
every = pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)


@st.composite
def grids(build: st.DrawFn, possible: tuple[Result, ...] = tuple(Result)) -> list[Assessment]:
    """A grid of two members and three levels with every kind of criterion."""
    rows = build(
        st.lists(
            st.tuples(
                st.sampled_from(Kind),
                st.integers(1, 5),
                st.integers(1, 3),
                st.sampled_from(["a", "b"]),
                st.sampled_from(possible),
                st.booleans(),
            ),
            min_size=1,
            max_size=14,
        )
    )
    return [
        Assessment(
            Criterion(f"C{n}", kind, weight, na_allowed=True, level=level),
            result,
            "why",
            approved,
            member,
        )
        for n, (kind, weight, level, member, result, approved) in enumerate(rows)
    ]


def full(result: Result = Result.MET) -> list[Assessment]:
    """Return a grid in which every member has a mandatory and a recommended one on each level."""
    return [
        Assessment(
            Criterion(f"{kind}-{level}", kind, na_allowed=True, level=level),
            result,
            "why",
            na_approved=True,
            member=member,
        )
        for member in ("a", "b")
        for level in (1, 2, 3)
        for kind in Kind
    ]


@every
def test_its_parameters_are_stored_and_read_again(family: type[Rule]) -> None:
    usual = family.read({})
    assert rule(family.key, usual.parameters()) == usual
    assert family.label


@every
@pytest.mark.parametrize(
    "said",
    [{"num": 0}, {"num": 3, "den": 2}, {"num": "1"}, {"numm": 1}, {"num": True}, {"den": -1}],
)
def test_nonsense_parameters_are_refused(family: type[Rule], said: dict[str, Any]) -> None:
    with pytest.raises(ParameterError):
        family.read(said)


@every
def test_all_met_is_favourable_and_nothing_met_is_not(family: type[Rule]) -> None:
    assert family.read({}).decide(full()).favourable is True
    failed = family.read({}).decide(full(Result.NOT_MET))
    assert failed.favourable is False
    assert failed.reasons


@every
def test_nothing_applicable_is_for_the_committee_to_confirm(family: type[Rule]) -> None:
    rows = full(Result.NOT_APPLICABLE)
    found = family.read({}).decide(rows)
    assert found.favourable is None
    assert "confirmation_required" in found.flags
    assert family.read({}).decide(rows, confirmed=True).favourable is True


@every
@given(grids(JUDGED), st.integers(0, 100))
def test_one_open_criterion_leaves_it_undecided(
    family: type[Rule], rows: list[Assessment], which: int
) -> None:
    chosen = which % len(rows)
    if rows[chosen].criterion.kind is Kind.INFORMATIVE:
        return
    rows[chosen] = replace(rows[chosen], result=Result.NOT_ASSESSED)
    found = family.read({}).decide(rows)
    assert found.favourable is None
    assert rows[chosen].criterion.code in {r.criterion for r in found.reasons}


@every
@given(grids(), st.randoms())
def test_order_and_informative_criteria_change_nothing(
    family: type[Rule], rows: list[Assessment], luck: Any
) -> None:
    usual = family.read({})
    counted = [a for a in rows if a.criterion.kind is not Kind.INFORMATIVE] or full()
    members = {a.member for a in counted}
    mixed = [*counted, *(replace(a, member=min(members)) for a in rows if a not in counted)]
    luck.shuffle(mixed)
    one, other = usual.decide(counted), usual.decide(mixed)
    assert (one.favourable, one.mandatory, one.recommended, one.level) == (
        other.favourable,
        other.mandatory,
        other.recommended,
        other.level,
    )
    assert set(one.flags) == set(other.flags)


@every
@given(grids(JUDGED), st.integers(0, 100))
def test_meeting_one_more_criterion_never_harms(
    family: type[Rule], rows: list[Assessment], which: int
) -> None:
    before = family.read({}).decide(rows)
    chosen = which % len(rows)
    rows[chosen] = replace(rows[chosen], result=Result.MET)
    after = family.read({}).decide(rows)
    assert not (before.favourable and not after.favourable)
    assert (after.level or 0) >= (before.level or 0)


@every
@given(grids())
def test_there_is_a_reason_whenever_it_is_not_favourable(
    family: type[Rule], rows: list[Assessment]
) -> None:
    found = family.read({}).decide(rows)
    assert bool(found.reasons) is (found.favourable is not True)
    assert all(str(reason) and "%(" not in str(reason) for reason in found.reasons)


@every
def test_criteria_without_a_mandatory_one_are_not_published(family: type[Rule]) -> None:
    kinds = [Criterion("A", Kind.RECOMMENDED), Criterion("B", Kind.INFORMATIVE)]
    assert family.read({}).faults(kinds)
    assert not family.read({}).faults([a.criterion for a in full()])


def test_one_member_that_fails_fails_for_the_group() -> None:
    rows = full()
    assert GroupRule().decide(rows).recommended == Tally(6, 6)
    rows[0] = replace(rows[0], result=Result.NOT_MET)
    found = GroupRule().decide(rows)
    assert found.favourable is False
    assert [(r.part, r.criterion) for r in found.reasons] == [("a", "mandatory-1")]
    assert [(name, part.favourable) for name, part in found.parts] == [("a", False), ("b", True)]


def test_a_members_weakness_is_not_made_up_for_by_another() -> None:
    should = Criterion("R", Kind.RECOMMENDED)
    must = Criterion("M", Kind.MANDATORY)
    rows = [
        Assessment(must, Result.MET, member="a"),
        Assessment(should, Result.MET, member="a"),
        Assessment(must, Result.MET, member="b"),
        Assessment(should, Result.NOT_MET, member="b"),
    ]
    assert ThresholdRule().decide(rows).favourable is True
    assert GroupRule().decide(rows).favourable is False


@pytest.mark.parametrize(("failed", "level"), [(1, 0), (2, 1), (3, 2), (None, 3)])
def test_a_level_needs_all_of_the_lower_ones(failed: int | None, level: int) -> None:
    rows = [replace(a, result=Result.NOT_MET) if a.criterion.level == failed else a for a in full()]
    found = LadderRule(levels=3, required=2).decide(rows)
    assert (found.level, found.favourable) == (level, level >= 2)
    assert {r.part for r in found.reasons} == ({str(failed)} if level < 2 else set())


def test_a_ladder_has_no_empty_level_and_no_criterion_above_it() -> None:
    criteria = [Criterion("A", Kind.MANDATORY), Criterion("B", Kind.MANDATORY, level=4)]
    found = LadderRule(levels=2).faults(criteria)
    assert [(f.code, f.criterion) for f in found] == [("empty_level", None), ("unknown_level", "B")]
