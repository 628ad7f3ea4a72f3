"""What is to be reached, and how far a run has come."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from bench.grid import EMPTY, SAVE

PAGES = ("list", "case page", "board", "desk")
MOST_QUERIES, MOST_GROWTH, MOST_BYTES, MOST_MEGABYTES = 15, 1.5, 100_000, 150
LIST, CASE, MOVE = 3.0, 5.0, 8.0
MEMBER = 1.5
RESULT = 3.0
SWEEP_GROWTH, SWEEP_STATEMENTS, SWEEP_RATE = 1.3, 30, 0.1

Sized = dict[int, dict[str, Any]]


@dataclass(frozen=True)
class Mark:
    """One target: what it says, what was measured, and whether that is enough."""

    what: str
    limit: str
    measured: float
    reached: bool


def marks(by_size: Sized) -> Iterator[Mark]:
    """Yield every target that a run over some sizes can speak about, for one database."""
    small, large = by_size[min(by_size)], by_size[max(by_size)]
    size = f"{max(by_size):,}"
    times, moves = large["times"], large["moves"]
    bare = times["bare list"]["median"]
    for name, counts in large["queries"].items():
        yield _most(f"queries of the {name}", counts["many"], MOST_QUERIES)
        if counts["one"] is not None:
            same = counts["one"] == counts["several"]
            yield Mark(f"{name}: as many queries for 1 row", "the same", counts["one"], same)
    if len(by_size) > 1:
        for name in PAGES:
            if name in times and name in small["times"]:
                growth = times[name]["median"] / small["times"][name]["median"]
                yield _most(f"{name} at {size}, times {min(by_size):,}", growth, MOST_GROWTH)
        # each beside its own bare insert, as the two sizes are swept at different moments
        growth = _beside_an_insert(large) / _beside_an_insert(small)
        yield _most(f"sweep at {size}, times {min(by_size):,}", growth, SWEEP_GROWTH)
    yield _most("list, times the bare list", times["list"]["median"] / bare, LIST)
    yield _most("case page, times the bare list", times["case page"]["median"] / bare, CASE)
    seen = times["list of a member"]["median"] / times["list"]["median"]
    yield _most("list of a member who sees 50, times the list", seen, MEMBER)
    saved = times[SAVE]["median"] / times[EMPTY]["median"]
    yield _most(f"{SAVE}, times an {EMPTY}", saved, RESULT)
    beside = moves["bare list"]["median"]
    yield _most(
        "fire() by POST, times the bare list", moves["fire() by POST"]["median"] / beside, MOVE
    )
    swept = large["sweep"]
    yield _most("statements for 100 reminders", swept["statements per 100"], SWEEP_STATEMENTS)
    rate = swept["messages a second"] / swept["bare rows a second"]
    yield Mark(
        "sweep's rate, times a bare insert", f"≥ {SWEEP_RATE}", round(rate, 3), rate >= SWEEP_RATE
    )
    for name, weight in large["weights"].items():
        yield _most(f"bytes of a first visit to the {name}", weight["first visit gz"], MOST_BYTES)
    for name, megabytes in large.get("memory", {}).items():
        yield _most(f"megabytes of a {name} process", megabytes, MOST_MEGABYTES)


def _beside_an_insert(figures: dict[str, Any]) -> float:
    sweep = figures["sweep"]
    return float(sweep["sweep"]["median"] / sweep["bare insert"]["median"])


def _most(what: str, measured: float, limit: float) -> Mark:
    return Mark(what, f"≤ {limit:,}", round(measured, 2), measured <= limit)
