"""The dashboard of the flow: what is counted, and how it is laid out in tables."""

from casework.queries.dashboard.counts import Asked
from casework.queries.dashboard.figures import Figure, everything

__all__ = ["Asked", "Figure", "everything"]
