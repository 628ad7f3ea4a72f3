"""The strokes that a picture of a workflow is made of, as SVG text with every text escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from casework.workflows.diagram_routes import Point, Rect

CORNER = 6.0


def num(number: float) -> str:
    """Return a number as short as it can be written, to a tenth of a unit."""
    return f"{number:.1f}".removesuffix(".0")


def text(words: str, x: float, y: float, classes: str, anchor: str = "middle") -> str:
    """Return a line of text, anchored in its middle unless told otherwise."""
    place = f'x="{num(x)}" y="{num(y)}" text-anchor="{anchor}"'
    return f'<text class="{classes}" {place}>{escape(words)}</text>'


def rectangle(rect: Rect, radius: float, classes: str = "", more: str = "") -> str:
    """Return a rectangle with round corners; ``more`` is attributes as they are written."""
    named = f'class="{classes}" {more} ' if classes else ""
    return (
        f'<rect {named}x="{num(rect.x)}" y="{num(rect.y)}" width="{num(rect.width)}" '
        f'height="{num(rect.height)}" rx="{num(radius)}"/>'
    )


def rounded(line: Sequence[Point]) -> str:
    """Return the path of a line with its corners rounded."""
    path = [f"M{_at(line[0])}"]
    for before, corner, after in zip(line, line[1:], line[2:], strict=False):
        radius = min(CORNER, _length(before, corner) / 2, _length(corner, after) / 2)
        start, end = _toward(corner, before, radius), _toward(corner, after, radius)
        path.append(f"L{_at(start)}Q{_at(corner)} {_at(end)}")
    path.append(f"L{_at(line[-1])}")
    return "".join(path)


def arrow(line: Sequence[Point]) -> str:
    """Return the path of the arrowhead at the end of a line."""
    (ax, ay), (x, y) = line[-2], line[-1]
    length = _length((ax, ay), (x, y)) or 1.0
    dx, dy = (x - ax) / length, (y - ay) / length
    back_x, back_y = x - 7.5 * dx, y - 7.5 * dy
    return (
        f"M{num(x)} {num(y)}L{num(back_x - 4 * dy)} {num(back_y + 4 * dx)}"
        f"L{num(back_x + 4 * dy)} {num(back_y - 4 * dx)}Z"
    )


def _at(point: Point) -> str:
    return f"{num(point[0])} {num(point[1])}"


def _length(a: Point, b: Point) -> float:
    return abs(a[0] - b[0]) + abs(a[1] - b[1])


def _toward(point: Point, other: Point, distance: float) -> Point:
    length = _length(point, other) or 1.0
    return (
        point[0] + (other[0] - point[0]) * distance / length,
        point[1] + (other[1] - point[1]) * distance / length,
    )
