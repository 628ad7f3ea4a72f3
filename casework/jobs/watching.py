"""The job that watches the network of the label beside all cases."""

from __future__ import annotations

from casework.clock import now
from casework.jobs.context import in_application
from casework.services import outbox
from casework.services.labels import leaving, watching


@in_application
def watch() -> int:
    """End the cycles of who has left and tell what is due; return how many occasions there were."""
    told = leaving.end_other_cycles() + watching.tell_due(now())
    outbox.wake()
    return told
