"""Tables of counts in which no small number is told, and none can be worked out from the others.

Statistical offices call it primary and complementary suppression. Who reads the table is taken to
know that counts are whole numbers from 0 on and add up to their totals.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

LEAST = 5
"""The smallest count that is told."""

Place = tuple[int, int]
Told = int | None


@dataclass(frozen=True)
class Table:
    """What may be told: the cells, the totals of rows and of columns, the total; None is hidden."""

    cells: tuple[tuple[Told, ...], ...]
    row_totals: tuple[Told, ...]
    column_totals: tuple[Told, ...]
    total: Told


def suppressed(cells: Sequence[Sequence[int]], least: int = LEAST) -> Table:
    """Return a table with its totals, without what is under ``least`` or would give it away.

    The total of all is always told, unless it is small itself: then nothing is.
    """
    if not cells or not cells[0]:
        return Table((), (), (), None)
    whole = _with_totals(cells)
    rows, columns = len(cells), len(cells[0])
    if whole[rows][columns] < least:
        hidden = {(r, c) for r in range(rows + 1) for c in range(columns + 1)}
    else:
        hidden = _hidden(whole, least)
    told = [
        [None if (r, c) in hidden else whole[r][c] for c in range(columns + 1)]
        for r in range(rows + 1)
    ]
    return Table(
        tuple(tuple(row[:-1]) for row in told[:-1]),
        tuple(row[-1] for row in told[:-1]),
        tuple(told[-1][:-1]),
        told[-1][-1],
    )


def _with_totals(cells: Sequence[Sequence[int]]) -> list[list[int]]:
    whole = [[*row, sum(row)] for row in cells]
    return [*whole, [sum(column) for column in zip(*whole, strict=True)]]


def _hidden(whole: Sequence[Sequence[int]], least: int) -> set[Place]:
    """Return what is hidden: what is small, and as much beside it as keeps it from being known."""
    last = (len(whole) - 1, len(whole[0]) - 1)
    places = [(r, c) for r, row in enumerate(whole) for c in range(len(row)) if (r, c) != last]
    small = [place for place in places if whole[place[0]][place[1]] < least]
    hidden = set(small)
    while known := next((p for p in small if not _varies(whole, hidden, p, last)), None):
        beside = [p for p in places if p not in hidden and (p[0] == known[0] or p[1] == known[1])]
        open_ones = beside or [p for p in places if p not in hidden]
        if not open_ones:
            break
        hidden.add(min(open_ones, key=lambda p: (whole[p[0]][p[1]], p)))
    return hidden


def _varies(whole: Sequence[Sequence[int]], hidden: set[Place], place: Place, last: Place) -> bool:
    """Say whether a hidden count could as well be another one, by all that is told.

    Two tables with the same told numbers differ by rings of hidden places, alternately along a row
    and along a column, on which counts go up and down by one. So a count is known if and only if no
    such ring goes through it. A total counts the other way round than what it adds up.
    """
    ways: dict[str, set[str]] = defaultdict(set)
    mine: list[tuple[str, str]] = []
    for r, c in hidden:
        for start, end in _steps(r, c, whole[r][c], total=(r == last[0]) != (c == last[1])):
            if (r, c) == place:
                mine.append((start, end))
            else:
                ways[start].add(end)
    return any(start in _reached(ways, end) for start, end in mine)


def _steps(r: int, c: int, count: int, *, total: bool) -> Iterator[tuple[str, str]]:
    """Yield the steps that a place allows: row to column and back; down only from one on."""
    row, column = f"r{r}", f"c{c}"
    if count or not total:
        yield row, column
    if count or total:
        yield column, row


def _reached(ways: dict[str, set[str]], start: str) -> set[str]:
    found, waiting = {start}, [start]
    while waiting:
        for end in ways[waiting.pop()] - found:
            found.add(end)
            waiting.append(end)
    return found
