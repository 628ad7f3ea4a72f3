"""The job that removes what nobody needs any more."""

from __future__ import annotations

from casework.clock import now
from casework.jobs.context import in_application
from casework.services import cleaning


@in_application
def clean() -> dict[str, int]:
    """Remove old receipts, drafts, sessions, links and what was left behind half-arrived."""
    return cleaning.clean(now())
