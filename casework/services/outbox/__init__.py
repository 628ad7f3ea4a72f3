"""The outbox: message rows are written with the fact they tell of, and delivered after it.

``queue`` writes rows in the caller's transaction; after the commit ``nudge`` wakes a worker,
which delivers. The inbox shows the same rows.
"""

from casework.services.outbox.delivery import (
    BACK_OFF,
    LEASE,
    Result,
    deliver,
    deliver_due,
    due_messages,
    retry,
    retry_all,
)
from casework.services.outbox.digests import DIGEST_HOUR, build_digests
from casework.services.outbox.failures import Failure, failures
from casework.services.outbox.kinds import CHOICES, DIGEST, KINDS, NAMES, choices_of, choose
from casework.services.outbox.nudging import nudge, wake
from casework.services.outbox.queueing import queue, queue_many
from casework.services.outbox.telling import Telling
from casework.services.outbox.words import Words, WordsError

__all__ = [
    "BACK_OFF",
    "CHOICES",
    "DIGEST",
    "DIGEST_HOUR",
    "KINDS",
    "LEASE",
    "NAMES",
    "Failure",
    "Result",
    "Telling",
    "Words",
    "WordsError",
    "build_digests",
    "choices_of",
    "choose",
    "deliver",
    "deliver_due",
    "due_messages",
    "failures",
    "nudge",
    "queue",
    "queue_many",
    "retry",
    "retry_all",
    "wake",
]
