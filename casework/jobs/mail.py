"""Jobs about messages."""

from __future__ import annotations

from casework.clock import now
from casework.db import unit_of_work
from casework.extensions import db
from casework.jobs.context import in_application
from casework.services import outbox


@in_application
def deliver_due() -> int:
    """Send the mails that are due; return how many were sent."""
    return outbox.deliver_due()


@in_application
def build_digests() -> int:
    """Write the day's summaries, if it is time; return how many."""
    with unit_of_work(db.session):
        made = outbox.build_digests(now())
    if made:
        outbox.wake()
    return made
