"""What half of the stays, or nine of ten, lasted at most."""

from __future__ import annotations

from collections.abc import Mapping

HALF, MOST = 0.5, 0.9


def within(histogram: Mapping[int, int], share: float) -> int | None:
    """Return in how many days a share of the stays was over (the nearest rank); None of none."""
    total, reached = sum(histogram.values()), 0
    for days in sorted(histogram):
        reached += histogram[days]
        if reached >= share * total:
            return days
    return None
