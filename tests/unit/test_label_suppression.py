"""Small counts are hidden, and nothing that is told lets anybody compute them."""

from __future__ import annotations

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from casework.db import new_id
from casework.labels.suppression import LEAST, Table, suppressed
from casework.models.referential import Criterion
from casework.queries.labels.counting import Passed, Told

COUNTS = st.one_of(st.integers(0, 4), st.integers(5, 9))
TABLES = st.integers(1, 3).flatmap(
    lambda columns: st.lists(
        st.lists(COUNTS, min_size=columns, max_size=columns), min_size=1, max_size=3
    )
)


def whole(cells: list[list[int]]) -> list[list[int]]:
    rows = [[*row, sum(row)] for row in cells]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def told(table: Table) -> list[list[int | None]]:
    rows = [[*row, end] for row, end in zip(table.cells, table.row_totals, strict=True)]
    return [*rows, [*table.column_totals, table.total]]


def can_differ(
    known: list[list[int | None]], true: list[list[int]], place: tuple[int, int]
) -> bool:
    """Look for another table by trying: inner counts one or two up or down, all else following."""
    rows, columns = len(true) - 1, len(true[0]) - 1
    free = [(r, c) for r in range(rows) for c in range(columns) if known[r][c] is None]
    for steps in product((0, 1, -1, 2, -2), repeat=len(free)):
        cells = [list(row[:-1]) for row in true[:-1]]
        for (r, c), step in zip(free, steps, strict=True):
            cells[r][c] += step
        if any(count < 0 for row in cells for count in row):
            continue
        other = whole(cells)
        fits = all(
            said is None or said == other[r][c]
            for r, row in enumerate(known)
            for c, said in enumerate(row)
        )
        if fits and other[place[0]][place[1]] != true[place[0]][place[1]]:
            return True
    return False


@settings(max_examples=60, deadline=None)
@given(TABLES)
def test_no_small_count_is_told_or_can_be_computed(cells: list[list[int]]) -> None:
    true = whole(cells)
    known = told(suppressed(cells))
    if known[-1][-1] is None:
        assert true[-1][-1] < LEAST
        assert all(said is None for row in known for said in row)
        return
    if sum(said is None for row in known[:-1] for said in row[:-1]) > 6:
        return  # too many to try; the shapes with fewer are those in which something can go wrong
    for r, row in enumerate(known):
        for c, said in enumerate(row):
            assert said is None or said == true[r][c] >= LEAST
            if said is None and true[r][c] < LEAST:
                assert can_differ(known, true, (r, c)), (cells, known, (r, c))


def test_what_need_not_be_hidden_is_told() -> None:
    found = suppressed([[5, 6], [7, 8]])
    assert found == Table(((5, 6), (7, 8)), (11, 15), (12, 14), 26)


def test_a_single_small_count_takes_others_with_it() -> None:
    found = suppressed([[20, 3], [30, 40]])
    assert found.cells[0][1] is None
    hidden = sum(said is None for row in told(found) for said in row)
    assert hidden >= 4
    assert found.total == 93


def test_two_zeros_that_a_total_would_give_away_are_hidden_with_a_third() -> None:
    found = suppressed([[0, 0, 9], [8, 8, 8]])
    assert None in (found.row_totals[0], found.cells[0][2])


def test_of_fewer_than_five_nothing_is_told() -> None:
    assert suppressed([[1, 2]]) == Table(((None, None),), (None,), (None, None), None)
    assert suppressed([]) == Table((), (), (), None)


def criterion(met: int, failed: int, excused: int = 0, *, na_allowed: bool = False) -> Passed:
    asked = Criterion(na_allowed=na_allowed)
    return Passed(new_id(), "1.0", asked, met, met + failed, excused)


def test_a_pass_rate_is_handed_on_where_nobody_is_found_by_it() -> None:
    assert Told.of(criterion(12, 6), small=False) == Told(12, 6, 0, 18)
    assert Told.of(criterion(12, 6), small=False).percent == 66
    assert Told.of(criterion(17, 1), small=False) == Told(None, None, 0, 18)
    assert Told.of(criterion(17, 1), small=False).percent is None
    assert Told.of(criterion(17, 1), small=True) == Told(17, 1, 0, 18)
    # how many audits there were is known: what a criterion applies to gives the others away
    few = Told.of(criterion(12, 6, 2, na_allowed=True), small=False)
    assert (few.not_applicable, few.applicable, few.percent) == (None, None, None)
    assert None in (few.met, few.failed)
