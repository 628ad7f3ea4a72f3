"""A run's figures as tables for people."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from bench.pages import RULE
from bench.targets import Sized, marks


def tables(database: str, by_size: Sized) -> Iterator[str]:
    """Yield the lines of a report on one database."""
    sizes = sorted(by_size)
    yield f"\n## {database}\n"
    names = [*dict.fromkeys(n for size in sizes for n in by_size[size]["times"])]
    head = ["milliseconds, median (p99)", *(f"{size:,} cases" for size in sizes)]
    yield from _table(
        head, ([n, *(_times(by_size[s]["times"].get(n)) for s in sizes)] for n in names)
    )
    for name in ("fire()", "fire() by POST"):
        yield _row([name, *(_times(by_size[s]["moves"].get(name)) for s in sizes)])
    yield _row(["sweep, 1,000 due", *(_times(by_size[s]["sweep"]["sweep"]) for s in sizes)])
    yield _row(["bare insert", *(_times(by_size[s]["sweep"]["bare insert"]) for s in sizes)])
    large = by_size[sizes[-1]]
    yield ""
    swept = large["sweep"]
    yield (
        f"Sweep: {swept['reminders']} reminders on {swept['cases']} cases, {swept['messages']} "
        f"messages, {swept['statements']} statements, {swept['messages a second']} messages a "
        f"second (a bare insert: {swept['bare rows a second']})."
    )
    if RULE in large["times"]:
        yield f"The {RULE}: {1000 * large['times'][RULE]['median']:,.0f} microseconds."
    made = large["certificates"]
    yield (
        f"{made['number']} certificates: {made['seconds']} s, {made['each']['median']:.0f} "
        f"milliseconds each (99th percentile {made['each']['p99']:.0f})."
    )
    yield f"Statements of one move by POST: {large['moves']['statements of the POST']}."
    for name, weight in large["weights"].items():
        yield f"Bytes of the {name}: " + ", ".join(f"{k} {v:,}" for k, v in weight.items()) + "."
    yield ""
    found = list(marks(by_size))
    rows = ([m.what, m.limit, f"{m.measured:,}", "yes" if m.reached else "NO"] for m in found)
    yield from _table(["target", "limit", "measured", "reached"], rows)
    yield f"\n{sum(m.reached for m in found)} of {len(found)} reached."


def _times(times: dict[str, Any] | None) -> str:
    return f"{times['median']:.2f} ({times['p99']:.2f})" if times else "–"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield _row(head)
    yield "|" + "---|" * len(head)
    for row in rows:
        yield _row(row)


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(cells) + " |"
