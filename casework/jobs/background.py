"""Jobs about long work."""

from __future__ import annotations

from casework.clock import now
from casework.jobs.context import in_application
from casework.services import background_files, background_run, bulk


@in_application
def do_next() -> int:
    """Do the long work that waits longest; return how many were taken up (0 or 1)."""
    return background_run.do_next()


@in_application
def remove_old() -> int:
    """Remove long work that ended two weeks ago and old acts on many cases; return how many."""
    return background_files.remove_old(now()) + bulk.remove_old(now())
