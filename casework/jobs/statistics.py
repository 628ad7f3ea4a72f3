"""The job that brings the dashboard's figures up to date."""

from __future__ import annotations

from casework.jobs.context import in_application
from casework.services import statistics


@in_application
def refresh() -> int:
    """Bring the figures up to date; return how many cases were looked at."""
    return statistics.refresh()
