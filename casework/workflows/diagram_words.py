"""Words in the picture of a workflow: how wide they are, where they break, where they fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from casework.workflows.diagram_routes import Point, Rect

NARROW = set("iIjl.,:;'!|()[]ftr \N{RIGHT SINGLE QUOTATION MARK}")
WIDE = set("mwMW—…@%")
LABEL_SIZE = 12.0
EDGE_LABEL_SIZE = 11.0
CLEAR = 4.0
ELLIPSIS = "…"


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text set in a common sans-serif of ``size`` user units."""
    ems = sum(
        0.36 if c in NARROW else 0.92 if c in WIDE else 0.68 if c.isupper() else 0.58 for c in text
    )
    return ems * size


def wrap(text: str, width: float, lines: int, size: float = LABEL_SIZE) -> list[str]:
    """Break a text into at most ``lines`` lines of ``width`` user units.

    What is left over becomes an ellipsis.
    """
    broken = _greedy(text.split(), width, size)
    if len(broken) <= lines:
        return broken
    kept = broken[:lines]
    last = kept[-1]
    while last and text_width(last + ELLIPSIS, size) > width:
        last = last[:-1]
    return [*kept[:-1], last.rstrip() + ELLIPSIS]


def _greedy(words: Iterable[str], width: float, size: float) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in words:
        for piece in _pieces(word, width, size):
            longer = f"{line} {piece}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                line = piece
            else:
                line = longer
    return [*lines, line] if line else lines


def _pieces(word: str, width: float, size: float) -> list[str]:
    """Cut a word that is wider than a whole line; every piece but the last ends in a hyphen."""
    pieces: list[str] = []
    rest = word
    while text_width(rest, size) > width:
        cut = len(rest) - 1
        while cut > 1 and text_width(rest[:cut] + "-", size) > width:
            cut -= 1
        pieces.append(rest[:cut] + "-")
        rest = rest[cut:]
    return [*pieces, rest]


def place_beside(line: Sequence[Point], text: str, taken: Sequence[Rect]) -> Rect | None:
    """Return a free place for a text beside a line, its longest stretches first; None if none is.

    ``taken`` is the ground of everything else: the text keeps clear of it, so that it can belong
    to this line only.
    """
    width, height = text_width(text, EDGE_LABEL_SIZE), EDGE_LABEL_SIZE + 2
    stretches = sorted(
        pairwise(line),
        key=lambda s: -(abs(s[0][0] - s[1][0]) + abs(s[0][1] - s[1][1])),
    )
    for (ax, ay), (bx, by) in stretches:
        middle_x, middle_y = (ax + bx) / 2, (ay + by) / 2
        if ay == by:
            if abs(ax - bx) < width:
                continue
            left = middle_x - width / 2
            places = [Rect(left, ay - height - 2, width, height), Rect(left, ay + 2, width, height)]
        else:
            top = middle_y - height / 2
            places = [Rect(ax + 4, top, width, height), Rect(ax - 4 - width, top, width, height)]
        for place in places:
            around = Rect(place.x - CLEAR, place.y - CLEAR, width + 2 * CLEAR, height + 2 * CLEAR)
            if not any(around.meets(other) for other in taken):
                return place
    return None


def ground_of(line: Sequence[Point]) -> list[Rect]:
    """Return thin rectangles that cover a line."""
    return [
        Rect(min(ax, bx) - 1, min(ay, by) - 1, abs(ax - bx) + 2, abs(ay - by) + 2)
        for (ax, ay), (bx, by) in pairwise(line)
    ]
