"""The job that tells what is due."""

from __future__ import annotations

from casework.jobs.context import in_application
from casework.services import sweep as sweeping


@in_application
def sweep() -> None:
    """Tell what is due, make the moves that are due, and let the mails go."""
    sweeping.sweep()
