"""Seats, quorum, majorities and lots: the rules of a committee, by example and by property."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.committees import draw, mandates, voting
from casework.committees.mandates import Term
from casework.committees.quorum import CollegeRule, QuorumRule, Sitter, needed_of, quorum
from casework.committees.voting import Count, result

DAY = timedelta(days=1)
FIRST = date(2026, 1, 1)
SUPPORT, EXPERTS, USERS = UUID(int=1), UUID(int=2), UUID(int=3)
people = st.integers(1, 5).map(lambda n: UUID(int=100 + n))
colleges = st.sampled_from((SUPPORT, EXPERTS, USERS))
days = st.integers(0, 60).map(lambda n: FIRST + n * DAY)


@st.composite
def terms(build: st.DrawFn) -> Term:
    start, length = build(days), build(st.integers(0, 30))
    return Term(build(people), build(colleges), start, start + length * DAY)


def test_a_mandate_counts_on_its_first_and_on_its_last_day() -> None:
    term = Term(UUID(int=9), USERS, FIRST, FIRST + 10 * DAY)
    assert term.covers(FIRST)
    assert term.covers(FIRST + 10 * DAY)
    assert not term.covers(FIRST - DAY)
    assert not term.covers(FIRST + 11 * DAY)
    assert not term.overlaps(Term(UUID(int=9), USERS, FIRST + 11 * DAY, FIRST + 12 * DAY))


@given(terms(), terms())
def test_two_mandates_overlap_when_a_day_lies_in_both(one: Term, other: Term) -> None:
    length = (one.ends_on - one.starts_on).days
    shared = any(other.covers(one.starts_on + n * DAY) for n in range(length + 1))
    assert one.overlaps(other) is other.overlaps(one) is shared


@given(st.lists(terms(), max_size=8), terms())
def test_the_fullest_day_is_that_of_a_count_day_by_day(known: list[Term], new: Term) -> None:
    own = [*(t for t in known if t.college_id == new.college_id), new]
    every = [new.starts_on + n * DAY for n in range((new.ends_on - new.starts_on).days + 1)]
    most = max(len(mandates.in_force(own, day)) for day in every)
    day, seats = mandates.fullest_day(known, new)
    assert (seats, new.covers(day)) == (most, True)
    assert len(mandates.in_force(own, day)) == most


@pytest.mark.parametrize(
    ("base", "percent", "above", "needed"),
    [
        (11, 50, True, 6),
        (10, 50, True, 6),
        (10, 50, False, 5),
        (11, 50, False, 6),
        (9, 33, False, 3),
    ],
)
def test_the_quorum_is_a_share_rounded_up(
    base: int, percent: int, above: bool, needed: int
) -> None:
    assert needed_of(base, QuorumRule(percent, above, college_minima=True)) == needed


ELEVEN = (CollegeRule(SUPPORT, 1), CollegeRule(EXPERTS, 0, votes=False), CollegeRule(USERS, 2))


def sitters(support: int, experts: int, users: int, *, recused: int = 0) -> list[Sitter]:
    """Return the 3 + 2 + 6 seats, so many of each there; the first users are recused."""
    made: list[Sitter] = []
    for college, seats, there in ((SUPPORT, 3, support), (EXPERTS, 2, experts), (USERS, 6, users)):
        for n in range(seats):
            out = college == USERS and n < recused
            made.append(Sitter(UUID(int=len(made) + 1), college, n < there, out))
    return made


MORE_THAN_HALF = QuorumRule(50, above=True, college_minima=True)


def test_a_college_without_a_vote_is_not_in_the_base() -> None:
    found = quorum(sitters(3, 2, 2), ELEVEN, MORE_THAN_HALF)
    assert (found.base, found.present, found.needed, found.reached) == (9, 5, 5, True)
    assert not quorum(sitters(3, 2, 1), ELEVEN, MORE_THAN_HALF).reached


def test_recusals_make_the_base_smaller_and_count_for_nobody() -> None:
    # two of five users who came are recused: 3 + 3 of 7 seats are left
    found = quorum(sitters(3, 0, 5, recused=2), ELEVEN, MORE_THAN_HALF)
    assert (found.base, found.present, found.needed, found.reached) == (7, 6, 4, True)


def test_a_college_that_is_too_small_stops_everything() -> None:
    found = quorum(sitters(0, 2, 6), ELEVEN, MORE_THAN_HALF)
    assert found.present >= found.needed
    assert [(s.college_id, s.needed, s.present) for s in found.short] == [(SUPPORT, 1, 0)]
    assert not found.reached
    without = QuorumRule(50, above=True, college_minima=False)
    assert quorum(sitters(0, 2, 6), ELEVEN, without).reached


def test_where_everybody_is_recused_nobody_decides() -> None:
    everybody = [Sitter(UUID(int=n), USERS, present=True, recused=True) for n in range(1, 4)]
    easy = QuorumRule(0, above=False, college_minima=False)
    assert not quorum(everybody, (CollegeRule(USERS, 0),), easy).reached


def test_all_of_them_is_as_many_as_there_are() -> None:
    rule = QuorumRule(100, above=True, college_minima=False)
    assert quorum(sitters(3, 0, 6), ELEVEN, rule).reached
    assert not quorum(sitters(3, 0, 5), ELEVEN, rule).reached


rules = st.builds(QuorumRule, st.integers(0, 100), st.booleans(), st.booleans())
rooms = st.lists(
    st.builds(Sitter, people, colleges, st.booleans(), st.booleans()),
    max_size=12,
)


@given(rooms, rules)
def test_somebody_who_comes_never_undoes_a_quorum(room: list[Sitter], rule: QuorumRule) -> None:
    before = quorum(room, ELEVEN, rule)
    later = [Sitter(s.user_id, s.college_id, present=True, recused=s.recused) for s in room]
    after = quorum(later, ELEVEN, rule)
    assert after.base == before.base
    assert after.reached or not before.reached


@given(rooms, rules)
def test_a_quorum_is_somebody_who_is_there_and_not_recused(
    room: list[Sitter], rule: QuorumRule
) -> None:
    found = quorum(room, ELEVEN, rule)
    there = [s for s in room if s.present and not s.recused and s.college_id != EXPERTS]
    assert found.present == len(there)
    if found.reached:
        assert there
        assert len(there) * 100 >= found.base * rule.percent


@pytest.mark.parametrize(
    ("count", "majority", "casting", "carried"),
    [
        (Count(3, 2), "simple", None, True),
        (Count(2, 2), "simple", None, False),
        (Count(2, 2, 4), "simple", "yes", True),
        (Count(2, 2), "simple", "no", False),
        (Count(2, 2), "simple", "abstain", False),
        (Count(0, 0, 5), "simple", "yes", False),
        (Count(3, 0, 3), "absolute", None, False),
        (Count(4, 0, 3), "absolute", None, True),
        (Count(2, 2), "absolute", "yes", False),
        (Count(2, 1), "two_thirds", None, True),
        (Count(3, 2), "two_thirds", None, False),
        (Count(0, 0, 3), "two_thirds", None, False),
    ],
)
def test_what_a_count_means(
    count: Count, majority: str, casting: str | None, carried: bool
) -> None:
    assert result(count, majority, casting).carried is carried


def test_a_tie_says_that_the_chair_decided() -> None:
    decided = result(Count(2, 2), "simple", "yes")
    assert (decided.tie, decided.casting_vote) == (True, True)
    assert not result(Count(2, 2), "simple").casting_vote


counts = st.builds(Count, st.integers(0, 30), st.integers(0, 30), st.integers(0, 30))


@given(counts, st.sampled_from(("simple", "absolute", "two_thirds")))
def test_one_more_yes_never_loses_and_one_more_no_never_wins(count: Count, majority: str) -> None:
    carried = result(count, majority).carried
    one_yes = Count(count.yes + 1, count.no, count.abstain)
    one_no = Count(count.yes, count.no + 1, count.abstain)
    assert result(one_yes, majority).carried or not carried
    assert carried or not result(one_no, majority).carried
    assert not carried or count.yes > count.no


def test_another_majority_is_refused() -> None:
    with pytest.raises(ValueError, match="majority"):
        result(Count(1), "by shouting")
    assert voting.CHOICES == ("yes", "no", "abstain")


lists = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=20)


@given(st.text(max_size=40), lists, st.integers(0, 25), st.randoms())
def test_a_draw_does_not_depend_on_the_order_of_the_list(
    seed: str, listed: list[str], places: int, shuffling: object
) -> None:
    shuffled = list(listed)
    shuffling.shuffle(shuffled)  # type: ignore[attr-defined] # hypothesis' random numbers
    found = draw.drawn(seed, listed, places)
    assert found == draw.drawn(seed, shuffled, places)
    assert len(found) == len(set(found)) == min(places, len(listed))
    assert set(found) <= set(listed)


@given(st.text(max_size=40), lists, st.integers(0, 20))
def test_one_more_place_adds_one_and_moves_nobody(
    seed: str, listed: list[str], places: int
) -> None:
    assert draw.drawn(seed, listed, places + 1)[:places] == draw.drawn(seed, listed, places)


def test_a_draw_can_be_repeated_by_hand() -> None:
    sums = {who: hashlib.sha256(f"seed\n{who}".encode()).hexdigest() for who in ("a", "b", "c")}
    assert draw.drawn("seed", ("a", "b", "c"), 2) == sorted(sums, key=sums.__getitem__)[:2]


def test_a_draw_refuses_nonsense() -> None:
    with pytest.raises(ValueError, match="twice"):
        draw.drawn("seed", ("a", "a"), 1)
    with pytest.raises(ValueError, match="below"):
        draw.drawn("seed", ("a",), -1)
    assert draw.new_seed() != draw.new_seed()
