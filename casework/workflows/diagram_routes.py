"""Finds ways for lines between boxes: horizontal and vertical, around boxes, seldom crossing.

A search over a sparse grid of tracks. Lines that end in the same box may run together; others
keep apart, and cross at right angles where they must.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

BEND = 28.0
CROSSING = 36.0
TOUCHING = 400.0
OVERLAP = 30.0
TOGETHER = 0.6

Point = tuple[float, float]
Node = tuple[int, int]
Step = tuple[int, int]
Segment = tuple[Node, Node]
STEPS: tuple[Step, ...] = ((1, 0), (-1, 0), (0, 1), (0, -1))


@dataclass(frozen=True)
class Rect:
    """A rectangle: left, top, width and height."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The lower edge."""
        return self.y + self.height

    @property
    def middle(self) -> Point:
        """The centre."""
        return self.x + self.width / 2, self.y + self.height / 2

    def meets(self, other: Rect) -> bool:
        """Say whether two rectangles have more than an edge in common."""
        return (
            self.x < other.right
            and other.x < self.right
            and self.y < other.bottom
            and other.y < self.bottom
        )

    def holds(self, point: Point) -> bool:
        """Say whether a point lies inside or on the edge."""
        return self.x <= point[0] <= self.right and self.y <= point[1] <= self.bottom


@dataclass(frozen=True)
class Port:
    """A place on the edge of a box where a line may leave or arrive, facing outward."""

    point: Point
    outward: Step
    cost: float


class Router:
    """Routes lines one after the other, each mindful of those before it."""

    def __init__(self, xs: Iterable[float], ys: Iterable[float], obstacles: Sequence[Rect]) -> None:
        self._xs, self._ys = sorted(set(xs)), sorted(set(ys))
        self._column = {x: i for i, x in enumerate(self._xs)}
        self._row = {y: j for j, y in enumerate(self._ys)}
        self._blocked = {
            (i, j)
            for i, x in enumerate(self._xs)
            for j, y in enumerate(self._ys)
            if any(o.holds((x, y)) for o in obstacles)
        }
        self._lines: dict[Segment, set[str]] = {}
        self._axes: dict[Node, dict[str, set[bool]]] = {}
        self._ports: dict[Node, str] = {}

    def route(
        self, source: str, exits: Sequence[Port], target: str, gates: Sequence[Port]
    ) -> list[Point]:
        """Return the corners of a line from one of ``exits`` to one of ``gates``.

        Returns an empty list when there is no way at all.
        """
        leaving = f"from {source} {target}"
        free = [p for p in exits if self._node(p.point) not in self._ports] or list(exits)
        open_gates = [p for p in gates if self._ports.get(self._node(p.point), target) == target]
        nodes = self._search(free, open_gates or list(gates), target)
        if not nodes:
            return []
        self._ports[nodes[0]] = leaving
        self._ports[nodes[-1]] = target
        self._keep(nodes, target)
        return _corners([(self._xs[i], self._ys[j]) for i, j in nodes])

    def _node(self, point: Point) -> Node:
        return self._column[point[0]], self._row[point[1]]

    def _search(self, exits: Sequence[Port], gates: Sequence[Port], target: str) -> list[Node]:
        goals = {self._node(p.point): p for p in gates}
        waiting: list[tuple[float, int, Node, Step]] = []
        costs: dict[tuple[Node, Step], float] = {}
        came: dict[tuple[Node, Step], tuple[Node, Step]] = {}
        count = 0
        for port in exits:
            state = (self._node(port.point), port.outward)
            costs[state] = port.cost
            heapq.heappush(waiting, (port.cost + self._left(state[0], goals), count, *state))
            count += 1
        done: set[tuple[Node, Step]] = set()
        while waiting:
            _, _, node, step = heapq.heappop(waiting)
            state = (node, step)
            if state in done:
                continue
            done.add(state)
            if node in goals and state in came:
                return _walk_back(came, state)
            for onward, cost in self._onward(node, step, goals, target, first=state not in came):
                total = costs[state] + cost
                if total < costs.get(onward, float("inf")):
                    costs[onward] = total
                    came[onward] = state
                    count += 1
                    guess = total + self._left(onward[0], goals)
                    heapq.heappush(waiting, (guess, count, *onward))
        return []

    def _left(self, node: Node, goals: Iterable[Node]) -> float:
        x, y = self._xs[node[0]], self._ys[node[1]]
        return TOGETHER * min(abs(self._xs[i] - x) + abs(self._ys[j] - y) for i, j in goals)

    def _onward(
        self, node: Node, step: Step, goals: dict[Node, Port], target: str, *, first: bool
    ) -> Iterable[tuple[tuple[Node, Step], float]]:
        for turn in STEPS:
            if (turn != step and first) or turn == (-step[0], -step[1]):
                continue
            after = (node[0] + turn[0], node[1] + turn[1])
            if not (0 <= after[0] < len(self._xs) and 0 <= after[1] < len(self._ys)):
                continue
            gate = goals.get(after)
            if gate is None and after in self._blocked:
                continue
            if gate is not None and turn != (-gate.outward[0], -gate.outward[1]):
                continue
            cost = self._cost(node, after, turn, target, bends=turn != step)
            yield (after, turn), cost + (gate.cost if gate else 0.0)

    def _cost(self, node: Node, after: Node, turn: Step, target: str, *, bends: bool) -> float:
        length = abs(self._xs[after[0]] - self._xs[node[0]]) + abs(
            self._ys[after[1]] - self._ys[node[1]]
        )
        users = self._lines.get(_segment(node, after), set())
        cost = length * (TOGETHER if target in users else 1.0)
        if users - {target}:
            cost += length * OVERLAP
        if bends:
            cost += BEND
            if any(user != target for user in self._axes.get(node, ())):
                cost += TOUCHING
        level = turn[1] == 0
        for user, axes in self._axes.get(after, {}).items():
            if user != target:
                cost += TOUCHING if level in axes else CROSSING
        return cost

    def _keep(self, nodes: Sequence[Node], target: str) -> None:
        for a, b in pairwise(nodes):
            self._lines.setdefault(_segment(a, b), set()).add(target)
            for node in (a, b):
                self._axes.setdefault(node, {}).setdefault(target, set()).add(a[1] == b[1])


def _segment(a: Node, b: Node) -> Segment:
    return (a, b) if a < b else (b, a)


def _walk_back(
    came: dict[tuple[Node, Step], tuple[Node, Step]], state: tuple[Node, Step]
) -> list[Node]:
    nodes = [state[0]]
    while state in came:
        state = came[state]
        nodes.append(state[0])
    return nodes[::-1]


def _corners(points: Sequence[Point]) -> list[Point]:
    kept = [points[0]]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if (before[0] == point[0]) != (point[0] == after[0]):
            kept.append(point)
    return [*kept, points[-1]]
