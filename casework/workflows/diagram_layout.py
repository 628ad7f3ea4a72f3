"""Where everything lies in the picture of a workflow: boxes in bands, lines around them.

Each stage is a band, beside one another (wide) or under one another (tall). In a band the main
line of states follows the declaration; a detour (back to where one came from) and a by-way (a
state that can also be skipped) stand beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from casework.workflows.diagram_routes import Point, Port, Rect, Router
from casework.workflows.diagram_shape import Pair, Shape

BOX_WIDTH, BOX_HEIGHT = 118.0, 78.0
GAP_X, GAP_Y = 51.0, 51.0
HEAD = 30.0
QUIET = 9.0  # above and below boxes that no line reaches
MARGIN = 4.0
NEAREST_TRACK, BETWEEN_TRACKS = 12.0, 9.0
SIDE_PORTS = (0.0, -16.0, 16.0)
LEVEL_PORTS = (0.0, -20.0, 20.0, -40.0, 40.0)

Cell = tuple[int, int]  # column and row


@dataclass(frozen=True)
class Band:
    """The ground of one stage; ``key`` is None for the ends that are joined by letters."""

    key: str | None
    rect: Rect


@dataclass(frozen=True)
class Layout:
    """The picture in figures: bands, boxes, and the corners of each line."""

    width: float
    height: float
    bands: tuple[Band, ...]
    boxes: dict[str, Rect]
    lines: dict[Pair, tuple[Point, ...]]
    starts: dict[str, tuple[Point, ...]]


@lru_cache(maxsize=64)
def lay_out(shape: Shape, tall: bool = False) -> Layout:  # noqa: FBT001, FBT002 - part of the cache's key
    """Return where everything lies; ``tall`` puts the stages under one another."""
    cells, spans = _place(shape, tall=tall)
    columns = 1 + max(c for c, _ in cells.values())
    rows = 1 + max(r for _, r in cells.values())
    lefts = [MARGIN + GAP_X / 2 + c * (BOX_WIDTH + GAP_X) for c in range(columns)]
    quiet = _rows_without_lines(shape, cells)
    pads = [QUIET if row in quiet else GAP_Y / 2 for row in range(rows)]
    tops = _tops(pads, {first for first, _ in spans["rows"].values()})
    boxes = {key: Rect(lefts[c], tops[r], BOX_WIDTH, BOX_HEIGHT) for key, (c, r) in cells.items()}
    width = lefts[-1] + BOX_WIDTH + GAP_X / 2 + MARGIN
    height = tops[-1] + BOX_HEIGHT + pads[-1] + MARGIN
    bands = _bands(spans, lefts, tops, pads)
    lines, starts = _routes(shape, boxes, bands, lefts, tops, width, height)
    return Layout(width, height, bands, boxes, lines, starts)


def _place(
    shape: Shape, *, tall: bool
) -> tuple[dict[str, Cell], dict[str, dict[str | None, tuple[int, int]]]]:
    """Give every state its cell, and every band the columns and rows that it spans."""
    cells: dict[str, Cell] = {}
    across: dict[str | None, tuple[int, int]] = {}
    offset = 0
    length = 1
    for key, members in shape.bands:
        steps = _steps(members, shape)
        if not steps:
            continue
        depth = 1 + max(side for side, _ in steps.values())
        length = max(length, 1 + max(rank for _, rank in steps.values()))
        for state, (side, rank) in steps.items():
            cells[state] = (rank, offset + side) if tall else (offset + side, rank)
        across[key] = (offset, offset + depth - 1)
        offset += depth
    columns = length if tall else max(offset, 1)
    first = offset if tall else length
    if not cells:
        first = 0
    for number, state in enumerate(shape.apart):
        cells[state] = (number % columns, first + number // columns)
    last = first + (len(shape.apart) - 1) // columns
    spans: dict[str, dict[str | None, tuple[int, int]]] = {
        "columns": {} if tall else across,
        "rows": dict(across) if tall else dict.fromkeys(across, (0, length - 1)),
    }
    if shape.apart:
        spans["rows"][None] = (first, last)
    return cells, spans


def _steps(members: Sequence[str], shape: Shape) -> dict[str, tuple[int, int]]:
    """Return each state's place in its band: 0 on the main line or 1 beside it, and its rank."""
    inside = set(members)
    after = {m: [t for s, t in shape.lines if s == m] for m in members}
    before = {m: [s for s, t in shape.lines if t == m and s in inside] for m in members}
    order = {m: n for n, m in enumerate(members)}
    aside = [m for m in members[1:] if _stands_aside(m, after, before, order, shape.ends)]
    steps: dict[str, tuple[int, int]] = {}
    for rank, state in enumerate(m for m in members if m not in aside):
        steps[state] = (0, rank)
    taken: set[int] = set()
    for state in aside:
        ranks = [steps[s][1] for s in before[state] if s in steps]
        rank = (ranks[0] if ranks else 0) + (state in shape.ends and bool(ranks))
        while rank in taken:
            rank += 1
        taken.add(rank)
        steps[state] = (1, rank)
    return steps


def _stands_aside(
    state: str,
    after: dict[str, list[str]],
    before: dict[str, list[str]],
    order: dict[str, int],
    ends: frozenset[str],
) -> bool:
    """Say whether a state is a detour, a by-way, or one end among several."""
    if state in ends:
        return any(m in ends and order[m] < order[state] for m in order)
    inside = [t for t in after[state] if t in order]
    detour = 0 < len(inside) == len(after[state]) and all(
        t in before[state] or order[t] < order[state] for t in inside
    )
    by_way = any(
        t in after[s] and order[s] < order[state] < order[t] for s in before[state] for t in inside
    )
    return bool(before[state]) and (detour or by_way)


def _rows_without_lines(shape: Shape, cells: dict[str, Cell]) -> set[int]:
    joined = {state for pair in shape.lines for state in pair}
    return {cells[s][1] for s in shape.apart} - {cells[s][1] for s in joined}


def _tops(pads: Sequence[float], heads: set[int]) -> list[float]:
    tops: list[float] = []
    y = MARGIN
    for row, pad in enumerate(pads):
        if row in heads:
            y += HEAD
        tops.append(y + pad)
        y += pad + BOX_HEIGHT + pad
    return tops


def _bands(
    spans: dict[str, dict[str | None, tuple[int, int]]],
    lefts: Sequence[float],
    tops: Sequence[float],
    pads: Sequence[float],
) -> tuple[Band, ...]:
    bands = []
    for key, (first, last) in spans["rows"].items():
        start, end = spans["columns"].get(key, (0, len(lefts) - 1))
        top = tops[first] - pads[first] - HEAD + 3
        bottom = tops[last] + BOX_HEIGHT + pads[last] - 3
        left = lefts[start] - GAP_X / 2 + 3
        right = lefts[end] + BOX_WIDTH + GAP_X / 2 - 3
        bands.append(Band(key, Rect(left, top, right - left, bottom - top)))
    return tuple(bands)


def _routes(
    shape: Shape,
    boxes: dict[str, Rect],
    bands: Sequence[Band],
    lefts: Sequence[float],
    tops: Sequence[float],
    width: float,
    height: float,
) -> tuple[dict[Pair, tuple[Point, ...]], dict[str, tuple[Point, ...]]]:
    headings = [Rect(b.rect.x, b.rect.y, BOX_WIDTH + 14, HEAD - 4) for b in bands]
    ports = {key: _ports(box) for key, box in boxes.items()}
    xs = [p.point[0] for each in ports.values() for p in each]
    ys = [p.point[1] for each in ports.values() for p in each]
    xs += _tracks([0.0, *(x + BOX_WIDTH for x in lefts)], [*lefts, width])
    ys += _tracks([HEAD, *(y + BOX_HEIGHT for y in tops)], [*tops, height])
    router = Router(xs, ys, [*boxes.values(), *headings])
    starts: dict[str, tuple[Point, ...]] = {
        key: ((box.x - 17.0, box.middle[1] - 16.0), (box.x, box.middle[1] - 16.0))
        for key, box in boxes.items()
        if key in shape.starts
    }
    entries = {points[1] for points in starts.values()}
    lines: dict[Pair, tuple[Point, ...]] = {}
    for source, target in sorted(shape.lines, key=lambda pair: _distance(pair, boxes)):
        exits = [p for p in ports[source] if p.point not in entries]
        gates = [p for p in ports[target] if p.point not in entries]
        lines[source, target] = tuple(router.route(source, exits, target, gates))
    return {pair: lines[pair] for pair in shape.lines}, starts


def _ports(box: Rect) -> list[Port]:
    x, y = box.middle
    found = []
    for offset in SIDE_PORTS:
        cost = abs(offset) * 0.4
        found.append(Port((box.right, y + offset), (1, 0), cost))
        found.append(Port((box.x, y + offset), (-1, 0), cost))
    for offset in LEVEL_PORTS:
        cost = abs(offset) * 0.4
        found.append(Port((x + offset, box.bottom), (0, 1), cost))
        found.append(Port((x + offset, box.y), (0, -1), cost))
    return found


def _tracks(starts: Iterable[float], ends: Iterable[float]) -> list[float]:
    tracks = []
    for start, end in zip(starts, ends, strict=True):
        at = start + NEAREST_TRACK
        while at <= end - NEAREST_TRACK:
            tracks.append(at)
            at += BETWEEN_TRACKS
    return tracks


def _distance(pair: Pair, boxes: dict[str, Rect]) -> float:
    (ax, ay), (bx, by) = boxes[pair[0]].middle, boxes[pair[1]].middle
    return abs(ax - bx) + abs(ay - by)
