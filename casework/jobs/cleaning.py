"""The job that removes what nobody needs any more."""

from __future__ import annotations

from casework.clock import now
from casework.jobs.context import in_application
from casework.services import cleaning
from casework.services.people import handing_over


@in_application
def clean() -> dict[str, int]:
    """Remove what nobody needs any more, and close the accounts of those who have left."""
    closed = handing_over.close_due(now())
    return {**cleaning.clean(now()), "accounts": closed}
