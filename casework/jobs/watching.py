"""The job that watches the network of the label beside all cases."""

from __future__ import annotations

from casework.clock import now
from casework.jobs.context import in_application
from casework.services import outbox
from casework.services.labels import watching


@in_application
def watch() -> int:
    """Tell what is due of members and auditors; return how many occasions there were."""
    told = watching.tell_due(now())
    outbox.nudge()
    return told
